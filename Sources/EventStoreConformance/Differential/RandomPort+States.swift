import Actors
import EventSourcing

extension RandomPort {
    // MARK: Snapshots

    static let snapshots = RandomPort(ability: .events, weight: 2, draw: drawSnapshots) { _ in
        RandomWorld.ids.flatMap { id in
            [
                RandomOperation(Events.self, "the snapshots of \(id)") { try await $0.list(of: id) },
                RandomOperation(Events.self, "the latest snapshot of \(id)") {
                    try await $0.latest(of: id, atOrBelow: .max)
                },
                RandomOperation(Events.self, "what a recovery of \(id) begins with") {
                    try await $0.recoveryStart(of: id, snapshots: $0)
                },
            ]
        }
    }

    private static func drawSnapshots(_ world: inout RandomWorld) -> RandomOperation {
        let (id, number) = (world.id(), Int64(world.number(1...30)))
        switch world.number(1...7) {
        case 1...3:
            let snapshot = StoredSnapshot(
                persistenceID: id, sequenceNumber: number, stateType: world.pick(RandomWorld.names),
                schemaVersion: world.number(1...3), writer: world.writer(), epoch: Int64(world.number(0...9)),
                timestamp: world.now(), state: world.bytes())
            return RandomOperation(Events.self, "save a snapshot of \(id) at \(number)") {
                try await $0.save(snapshot)
                return true
            }
        case 4:
            return RandomOperation(Events.self, "delete the snapshots of \(id) up to \(number)") {
                try await $0.delete(of: id, upTo: number)
            }
        case 5:
            let truncations = (0..<world.number(0...2)).map { _ in
                Truncation(
                    world.id(),
                    world.once(in: 9)
                        ? .whole
                        : .behindSnapshot(
                            before: world.once(in: 2) ? nil : world.now(),
                            atOrBelow: world.once(in: 2) ? .max : Int64(world.number(0...30))))
            }
            return RandomOperation(Events.self, "truncate \(truncations)") { try await $0.truncate(truncations) }
        default:
            return RandomOperation(Events.self, "the snapshot of \(id) at or below \(number)") {
                try await $0.latest(of: id, atOrBelow: number)
            }
        }
    }

    // MARK: Durable states

    typealias States = any DurableStateStore

    static let durableStates = RandomPort(ability: .durableStates, weight: 4, draw: drawStates) { _ in
        [RandomOperation(States.self, "all states") { try await $0.list(after: nil, prefix: "", limit: .max) }]
            + RandomWorld.ids.flatMap { id in
                [
                    RandomOperation(States.self, "the state of \(id)") { try await $0.get(id) },
                    RandomOperation(States.self, "the revision of \(id)") { try await $0.revision(of: id) },
                ]
            }
    }

    private static func drawStates(_ world: inout RandomWorld) -> RandomOperation {
        let id = world.id()
        let known = world.revisions[id] ?? 0
        let revision = world.once(in: 5) ? known + Int64(world.number(-2...2)) : known
        let companions = world.companions(of: id)
        switch world.number(1...10) {
        case 1...6:
            let new = NewDurableState(
                stateType: world.pick(RandomWorld.names), schemaVersion: world.number(1...3), timestamp: world.now(),
                state: world.bytes())
            let writer = world.writer()
            return RandomOperation(States.self, "put \(id), expecting \(revision), by \(writer), \(companions)") {
                try await $0.put(new, of: id, expecting: revision, by: writer, with: companions)
            } remember: { written, world in
                world.revisions[id] = written.revision
                world.remember(companions)
            }
        case 7, 8:
            let now = world.now()
            return RandomOperation(States.self, "delete \(id), expecting \(revision), \(companions)") {
                try await $0.delete(id, expecting: revision, at: now, with: companions)
            } remember: { _, world in
                world.remember(companions)
            }
        default:
            let (after, prefix) = (world.once(in: 3) ? nil : id, world.pick(["", "Order|", "Order|a", "Z"]))
            let limit = world.number(-1...5)
            return RandomOperation(
                States.self, "\(limit) states after \(after.map(\.description) ?? "none") that begin with \(prefix)"
            ) { try await $0.list(after: after, prefix: prefix, limit: limit) }
        }
    }

    // MARK: Commands

    typealias Commands = any CommandStore

    static let commands = RandomPort(ability: .commands, weight: 1, draw: drawCommands) { _ in
        RandomWorld.commandIDs.map { id in
            RandomOperation(Commands.self, "the command \(id)") { try await $0.command(id) }
        }
    }

    private static func drawCommands(_ world: inout RandomWorld) -> RandomOperation {
        if world.once(in: 3) {
            let moment = world.now().adding(.seconds(-world.number(0...100)))
            return RandomOperation(Commands.self, "forget the commands before \(moment)") {
                try await $0.forgetCommands(before: moment)
            }
        }
        let id = world.pick(RandomWorld.commandIDs)
        return RandomOperation(Commands.self, "the command \(id)") { try await $0.command(id) }
    }
}
