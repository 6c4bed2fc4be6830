package import EventSourcing

extension SQLiteReader: TimerReader {
    package func timers(of id: PersistenceID) throws -> [StoredTimer] { try ask { try $0.timers(of: id) } }
}
