/// A store that is looked at, and can tell which timers of an entity are armed.
package protocol TimerReader {
    /// The timers of an entity that are armed, by the bytes of their names.
    ///
    /// Throws `StoreError`, also where the store's layout has none.
    func timers(of id: PersistenceID) throws -> [StoredTimer]
}
