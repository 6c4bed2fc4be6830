import EventSourcing

/// The folding of one window, one event after the other.
struct WindowFold {
    /// An event that can't be folded.
    struct Trouble {
        let event: FoldedEvent
        let cause: any Error
    }

    /// How many events are in the rows, those included that nothing folds.
    private(set) var count: Int
    /// The position of the last of them.
    private(set) var last: Int64
    private(set) var trouble: Trouble?
    /// The next event that is to be folded, and the end.
    private var next: Int
    private let end: Int

    init(of window: LogStretch.Window) {
        (count, last) = (window.count, window.last)
        (next, end) = (window.entries.lowerBound, window.entries.upperBound)
    }

    /// Folds events until one of them wants a row that has to be read first, and answers that row's key; nil where all are
    /// folded, and where one can't be.
    mutating func run(
        _ stretch: borrowing LogStretch, into rows: KeptRows, by steps: [[FoldDeclaration.Step]]
    ) -> String? {
        if trouble != nil { return nil }
        return stretch.bytes.withUnsafeBytes { bytes in
            while next < end {
                do {
                    let isFolded = try fold(stretch.entries[next], bytes, into: rows, by: steps)
                    if !isFolded { return rows.missing }
                } catch {
                    let entry = stretch.entries[next]
                    trouble = Trouble(event: entry.event, cause: error)
                    (count, last) = entry.before
                    return nil
                }
                next += 1
            }
            return nil
        }
    }

    /// Folds one event, and answers whether that was possible with the rows at hand; nothing of it stays otherwise.
    private func fold(
        _ entry: LogStretch.Entry, _ bytes: UnsafeRawBufferPointer, into rows: KeptRows,
        by steps: [[FoldDeclaration.Step]]
    ) throws -> Bool {
        guard entry.isIntact, let place = entry.steps else { throw DamagedEventError() }
        rows.begin(at: entry.event.position)
        let payload = UnsafeRawBufferPointer(rebasing: bytes[entry.payload])
        do {
            for step in steps[place] { try step(entry.event, entry.version, payload, rows) }
        } catch {
            rows.takeBack()
            if rows.missing != nil { return false }
            throw error
        }
        if rows.missing == nil { return true }
        // It has swallowed what a row threw, and gone on with what is not so.
        rows.takeBack()
        return false
    }
}
