public import EventSourcing

/// A stream's whole length in a fixed number of cells: how busy each was, and who wrote there.
public struct Lane: Hashable, Sendable {
    /// One cell: one event while they fit, else a bucket of neighbours.
    public struct Cell: Hashable, Sendable {
        /// The numbers that the cell stands for.
        public var sequenceNumbers: ClosedRange<Int64>
        /// How busy it was by events per time: 0 for nothing there, 1 for the quietest, and up to 8 on a logarithmic scale.
        public var level: Int
        /// Who wrote there.
        public var writer: Author

        /// Describes a cell.
        public init(sequenceNumbers: ClosedRange<Int64>, level: Int, writer: Author) {
            self.sequenceNumbers = sequenceNumbers
            self.level = level
            self.writer = writer
        }
    }

    /// Who wrote a cell.
    public enum Author: Hashable, Sendable {
        /// Nobody: its events were deleted.
        case none
        /// The writer at this index of `writers`.
        case one(Int)
        /// More than one.
        case several
    }

    /// The cells, by rising numbers.
    public var cells: [Cell]
    /// The writers that were seen, in the order in which they first appear.
    public var writers: [WriterRecord]

    /// Describes a lane.
    public init(cells: [Cell], writers: [WriterRecord]) {
        self.cells = cells
        self.writers = writers
    }
}
