import Actors
import EventSourcing

extension RandomPort {
    typealias Projections = any ProjectionStore

    static let projections = RandomPort(ability: .projections, weight: 4, draw: drawProjections) { _ in
        RandomWorld.names.flatMap { name in
            [nil, 1, 2].map { version in
                RandomOperation(Projections.self, "the rows of \(name), version \(version ?? 0)") {
                    try await $0.list(of: name, version: version, after: nil, prefix: "", limit: .max)
                }
            } + [
                RandomOperation(Projections.self, "the versions of \(name)") { try await $0.versions(of: name) }
            ]
        }
    }

    private static func drawProjections(_ world: inout RandomWorld) -> RandomOperation {
        let (projection, now) = (world.projection(), world.now())
        let version = world.pick([nil, 1, 2])
        switch world.number(1...12) {
        case 1...6:
            let update = world.update(of: projection)
            let position = update.position ?? 0
            return RandomOperation(Projections.self, "apply \(update) at \(now)") {
                try await $0.apply(
                    update.changes, to: projection, position: position, expecting: update.expecting, at: now)
                return true
            } remember: { _, world in
                world.positions[projection] = position
            }
        case 7, 8:
            let key = world.pick(RandomWorld.names)
            return RandomOperation(Projections.self, "\(key) of \(projection.name), version \(version ?? 0)") {
                try await $0.get(key, of: projection.name, version: version)
            }
        case 9, 10:
            let after = world.once(in: 2) ? nil : world.pick(RandomWorld.names)
            let (prefix, limit) = (world.pick(["", "a", "e"]), world.number(-1...5))
            return RandomOperation(
                Projections.self, "\(limit) rows of \(projection.name) behind \(after ?? ""), from \(prefix)"
            ) {
                try await $0.list(of: projection.name, version: version, after: after, prefix: prefix, limit: limit)
            }
        case 11:
            return RandomOperation(Projections.self, "swap to \(projection) at \(now)") {
                try await $0.swap(to: projection, at: now)
            }
        default:
            return RandomOperation(Projections.self, "drop \(projection)") {
                try await $0.drop(projection)
            } remember: { _, world in
                world.positions[projection] = nil
            }
        }
    }

    // MARK: Checkpoints

    typealias Checkpoints = any CheckpointStore

    static let checkpoints = RandomPort(ability: .checkpoints, weight: 1, draw: drawCheckpoints) { _ in
        RandomWorld.names.map { name in
            RandomOperation(Checkpoints.self, "the checkpoint \(name)") { try await $0.checkpoint(name) }
        }
    }

    private static func drawCheckpoints(_ world: inout RandomWorld) -> RandomOperation {
        let (checkpoint, now) = (world.checkpoint(), world.now())
        if world.once(in: 4) {
            return RandomOperation(Checkpoints.self, "the checkpoint \(checkpoint.name)") {
                try await $0.checkpoint(checkpoint.name)
            }
        }
        return RandomOperation(Checkpoints.self, "advance \(checkpoint) at \(now)") {
            try await $0.advance(checkpoint, at: now)
            return true
        } remember: { _, world in
            world.checkpoints[Array(checkpoint.name.utf8)] = checkpoint.position
        }
    }
}
