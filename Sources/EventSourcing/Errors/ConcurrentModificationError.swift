/// A stream was not where an append, a write or a deletion expected it; nothing was written.
public struct ConcurrentModificationError: Error, Hashable, CustomStringConvertible {
    /// The stream.
    public var persistenceID: PersistenceID
    /// Where the writer expected it.
    public var expected: ExpectedNumber
    /// Its last sequence number in truth.
    public var actual: Int64

    /// Describes a conflict.
    public init(persistenceID: PersistenceID, expected: ExpectedNumber, actual: Int64) {
        self.persistenceID = persistenceID
        self.expected = expected
        self.actual = actual
    }

    /// A sentence with the expected and the actual number.
    public var description: String {
        switch expected {
        case .number(let number):
            "\(persistenceID) is at number \(actual), and \(number) was expected; read it again and decide anew"
        case .noStream: "\(persistenceID) was expected to be new, and is at number \(actual)"
        case .any: "\(persistenceID) is at number \(actual), above what was to be written"
        }
    }
}

/// Another writer has taken a stream over; nothing was written.
public struct WriterFencedError: Error, Hashable, CustomStringConvertible {
    /// The stream.
    public var persistenceID: PersistenceID
    /// Who has it now.
    public var writer: WriterID
    /// The epoch that the append came with.
    public var epoch: Int64
    /// The stream's epoch in truth.
    public var currentEpoch: Int64

    /// Describes a refusal.
    public init(persistenceID: PersistenceID, writer: WriterID, epoch: Int64, currentEpoch: Int64) {
        self.persistenceID = persistenceID
        self.writer = writer
        self.epoch = epoch
        self.currentEpoch = currentEpoch
    }

    /// A sentence that names the writer.
    public var description: String {
        "\(persistenceID) was fenced by writer \(writer) at epoch \(currentEpoch); epoch \(epoch) can't write it any more"
    }
}

/// A command with this id was handled before; nothing was written a second time.
public struct CommandAlreadyHandledError: Error, Hashable, CustomStringConvertible {
    /// The command as it was recorded, with the reply it got then.
    public var command: CommandRecord

    /// Describes a repetition.
    public init(command: CommandRecord) { self.command = command }

    /// A sentence with the command's id.
    public var description: String { "command \(command.id) was handled before; its first reply stands" }
}
