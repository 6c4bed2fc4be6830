import Actors
public import EventSourcing

extension Inspector {
    /// The most cells that a lane may have.
    public static let mostCells = 4_096

    /// A stream's whole length in at most so many cells; one event each while they fit.
    ///
    /// On a long stream each cell costs two key reads, and what lies between them is not read: equal epochs at both ends
    /// stand for one writer, and without epochs equal writers at both ends and in the middle do.
    public func lane(of id: PersistenceID, cells: Int) throws -> Lane {
        guard let head = try reader.head(of: id), head.sequenceNumber > 0, cells > 0 else {
            return Lane(cells: [], writers: [])
        }
        let stretches = try stretches(of: head, cells: min(cells, Self.mostCells))
        let levels = LaneStretch.levels(of: stretches)
        var lane = Lane(cells: [], writers: [])
        var places: [WriterID: Int] = [:]
        func place(of writer: WriterID) throws -> Int {
            if let place = places[writer] { return place }
            places[writer] = lane.writers.count
            lane.writers.append(try self.writer(writer))
            return lane.writers.count - 1
        }
        for (stretch, level) in zip(stretches, levels) {
            var author = Lane.Author.none
            if let first = stretch.first, let last = stretch.last {
                let firstPlace = try place(of: first.writer)
                if try isOneWriter(stretch, in: id) {
                    author = .one(firstPlace)
                } else {
                    author = .several
                    _ = try place(of: last.writer)
                }
            }
            lane.cells.append(Lane.Cell(sequenceNumbers: stretch.range, level: level, writer: author))
        }
        return lane
    }
}
