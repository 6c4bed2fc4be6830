import EventSourcing
import Inspection
import SQLiteStorage
import Terminal

extension Program {
    /// The domain of an entity; the last one that describes its type.
    func domain(of id: PersistenceID) -> Domain? { domains.last { $0.entityType == id.entityType } }

    /// The domain of an entity that is not in any store yet; throws with the nearest one where there is none.
    func requireDomain(of id: PersistenceID) throws -> Domain {
        if let domain = domain(of: id) { return domain }
        let near = NearestName.of(id.entityType, among: domains.map(\.entityType))
        throw UsageError("Nothing describes '\(id.entityType)'; did you mean '\(near)'?")
    }

    /// Opens a store to write to it; one that is to be new is made, and that is said.
    ///
    /// Throws `StoreError`.
    func openToWrite(_ path: String, isNew: Bool) throws -> SQLiteStore {
        guard isNew else {
            return try SQLiteStore.open(path, options: SQLiteStoreOptions(migration: .afterBackup)) {
                say(Program.sentence("\($0)"))
            }
        }
        let store = try SQLiteStore.create(path)
        say("\(path, as: .name) is a new store")
        return store
    }
}

extension Invocation {
    /// Whether a store is not there which a person with a machine of their own may begin.
    func isAboutNewStore(_ path: String) -> Bool { has(.machine) && !FilePresence.isThere(path) }
}
