package import EventSourcing

extension SQLiteReader: CommandReader {
    package func handledCommand(_ id: ULID) throws -> HandledCommand? { try ask { try $0.handledCommand(id) } }
}
