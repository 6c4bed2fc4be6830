import Actors
import EventSourcing

/// A window of events while it is read from the log and folded, one after the other, where the store lends them.
struct ProjectionWindow: Sendable {
    /// An event that can't be folded before a row is read, or that stands behind one.
    struct Waiting: Sendable {
        let event: FoldedEvent
        let parts: [Part]
        /// How many events were read before it, and the position of the last of them.
        let before: (count: Int, last: Int64)
    }

    /// What is to be done with an event by one of its folds.
    struct Part: Sendable {
        let step: ProjectionTable.Step
        let payload: any Sendable
    }

    /// An event that can't be folded at all.
    struct Trouble: Sendable {
        let event: FoldedEvent
        let cause: any Error
    }

    /// What was looked up for the name of an event, which is mostly the same as for one of the last ones.
    private struct Known: Sendable {
        let type: String
        let entityType: String
        let steps: [ProjectionTable.Step]
    }

    private let table: ProjectionTable
    private var known: [Known] = []
    var rows: KeptRows
    /// The position behind which nothing is folded in this window.
    private let bound: Int64
    /// How many events were read.
    private(set) var count = 0
    /// The position of the last of them.
    private(set) var last: Int64 = 0
    private(set) var waiting: [Waiting] = []
    private(set) var trouble: Trouble?

    init(of table: ProjectionTable, _ rows: KeptRows, below bound: Int64) {
        self.table = table
        self.rows = rows
        self.bound = bound
    }

    /// Folds an event, or lets it wait.
    mutating func take(_ event: borrowing StoredEvent) -> Visit {
        if event.position >= bound { return .stop }
        let steps = steps(for: event)
        if !steps.isEmpty {
            let place = FoldedEvent(event)
            do {
                var first: Part?
                var others: [Part] = []
                for step in steps {
                    let payload = try event.withPayload { try step.decode(place.type, event.schemaVersion, $0) }
                    guard let payload else { continue }
                    // Nearly every event has one part, and needs no room beside it.
                    if first == nil {
                        first = Part(step: step, payload: payload)
                    } else {
                        others.append(Part(step: step, payload: payload))
                    }
                }
                if let first, try !waiting.isEmpty || !fold(place, first, others) {
                    waiting.append(Waiting(event: place, parts: [first] + others, before: (count, last)))
                }
            } catch {
                trouble = Trouble(event: place, cause: error)
                return .stop
            }
        }
        count += 1
        last = event.position
        return .next
    }

    /// Folds what waits, in its order, up to an event that wants a row; answers that row's key, and nil where all is folded.
    mutating func foldWaiting() -> String? {
        var done = 0
        defer { waiting.removeFirst(done) }
        for next in waiting {
            do {
                guard try fold(next.event, next.parts[0], next.parts.dropFirst()) else { return rows.missing }
            } catch {
                // Nothing behind it is folded, whatever is the trouble with that.
                trouble = Trouble(event: next.event, cause: error)
                (count, last) = next.before
                done = waiting.count
                return nil
            }
            done += 1
        }
        return nil
    }

    /// Folds one event, and answers whether that was possible with the rows at hand; nothing of it stays otherwise.
    private mutating func fold(_ event: FoldedEvent, _ part: Part, _ others: some Sequence<Part>) throws -> Bool {
        rows.begin(at: event.position)
        do {
            try part.step.fold(event, part.payload, &rows)
            for other in others { try other.step.fold(event, other.payload, &rows) }
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

    private mutating func steps(for event: borrowing StoredEvent) -> [ProjectionTable.Step] {
        let (type, entityType) = (event.type, event.persistenceID.entityType)
        for entry in known where entry.type == type && entry.entityType == entityType { return entry.steps }
        let found = table.steps(for: type, of: entityType)
        if known.count == 16 { known.removeAll(keepingCapacity: true) }
        known.append(Known(type: type, entityType: entityType, steps: found))
        return found
    }
}

/// A window that is read from a store: it is taken out of its box by the first event, so that no second one holds on to its
/// rows while they are changed.
struct WindowReading: Sendable {
    private final class Box: Sendable {
        let window: Locked<ProjectionWindow?>

        init(_ window: consuming ProjectionWindow) { self.window = Locked(window) }

        func take() -> ProjectionWindow? { window.withLock { $0.take() } }
    }

    private let box: Box
    private var window: ProjectionWindow?

    init(_ window: consuming ProjectionWindow) { box = Box(window) }

    /// Reads and folds the events behind a position, and answers the window with them.
    func read(
        _ table: ProjectionTable, from store: any EventStore, behind position: Int64
    ) async throws -> ProjectionWindow {
        var reading = try await store.readAll(
            after: position, limit: table.declaration.window, fields: table.fields, into: self
        ) { reading, event in reading.take(event) }
        // What was put into the box is in it, or was taken out of it by the first event.
        return reading.end() ?? ProjectionWindow(of: table, KeptRows(isNew: false), below: .max)
    }

    private mutating func take(_ event: borrowing StoredEvent) -> Visit {
        if window == nil { window = box.take() }
        return window?.take(event) ?? .stop
    }

    /// The window, with what was read.
    private mutating func end() -> ProjectionWindow? { window.take() ?? box.take() }
}
