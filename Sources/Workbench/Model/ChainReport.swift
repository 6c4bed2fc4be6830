package import EventSourcing
package import Inspection

/// What led to an event and what came of it, across streams, in the Timeline's place.
package struct ChainReport: Hashable, Sendable {
    package var id: PersistenceID
    package var number: Int64
    package var view = ChainView()
    /// From 0 to 1.
    package var searched = 0.0
    package var isComplete = false
    /// Whether a person has chosen a line; before, the event itself is the chosen one.
    package var hasMoved = false
    package var cursor = ListCursor()

    package init(id: PersistenceID, number: Int64) {
        self.id = id
        self.number = number
    }

    /// The chosen event; nil where none is found yet.
    package var chosen: ChainEvent? {
        view.events.indices.contains(cursor.selected) ? view.events[cursor.selected] : nil
    }

    /// Takes in what was found; the chosen event stays the chosen one.
    mutating func take(_ new: ChainView, seen rows: Int) {
        let before = hasMoved ? chosen?.position : nil
        view = new
        let place = new.events.firstIndex { event in
            before.map { event.position == $0 } ?? (event.persistenceID == id && event.sequenceNumber == number)
        }
        cursor.move(to: place ?? cursor.selected, of: new.events.count, seen: rows)
    }
}
