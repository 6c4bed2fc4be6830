import EventSourcing

/// Which drained reactions an application had where it was begun last on a store, so that one that begins with others can say so.
struct KnownReactions: Sendable {
    /// The first part of the name under which the store has them.
    static let entityType = "(reactions)"

    /// In the order of their bytes.
    let names: [String]

    init(of definition: ApplicationDefinition) {
        names = definition.reactions.filter(\.isDrained).map(\.name)
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Reads what was remembered; nil for anything else.
    init?(_ stored: StoredDurableState) {
        guard stored.isIntact, let list = try? JSONReader().read(stored.state).value.array else { return nil }
        names = list.compactMap(\.string)
    }

    var text: [UInt8] { Array(JSONValue.array(names.map { .string($0) }).compactText.utf8) }

    /// Those that others do not have.
    func missing(in others: KnownReactions) -> [String] {
        names.filter { name in !others.names.contains { $0.hasSameBytes(as: name) } }
    }
}

/// An application was begun with other reactions than the last time.
struct OtherReactions: Error, CustomStringConvertible {
    let new: [String]
    let gone: [String]
    let checkpoint: Int64

    var description: String {
        var sentences: [String] = []
        if !new.isEmpty {
            sentences.append(
                "\(Self.list(new)) heard of no event up to position \(checkpoint), except where a target still has work from "
                    + "before, and hear of none that a program without them still handles; end that one, and reset the "
                    + "targets that need what came before"
            )
        }
        if !gone.isEmpty { sentences.append("what is left for \(Self.list(gone)) is passed over") }
        return sentences.joined(separator: "; ")
    }

    private static func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
}

extension Application {
    /// Tells where the store knows of other reactions than there are, and remembers these; a store that keeps no durable states
    /// can't say so.
    func compareReactions() async {
        guard let states = store as? any DurableStateStore else { return }
        do {
            let own = KnownReactions(of: definition)
            let id = try PersistenceID(KnownReactions.entityType, name)
            let stored = try await states.get(id)
            let known = stored.flatMap(KnownReactions.init)
            if let known, known.missing(in: own).isEmpty, own.missing(in: known).isEmpty { return }
            try await states.put(
                NewDurableState(stateType: "Reactions", timestamp: clock.now, state: own.text), of: id,
                expecting: states.revision(of: id), by: system.writerID)
            let checkpoint = try await store.checkpoint(of: name)
            guard let known, checkpoint > 0 else { return }
            warn(
                "The store was left by a program with other reactions.", at: checkpoint,
                because: OtherReactions(
                    new: own.missing(in: known), gone: known.missing(in: own), checkpoint: checkpoint))
        } catch is ConcurrentModificationError {
            // Another worker begins at the same time, and says it.
        } catch {
            warn("It could not be asked which reactions the store knows.", because: error)
        }
    }
}
