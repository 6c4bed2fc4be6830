import Actors
import EventSourcing

/// The destinations of a courier, by name.
struct OutboxDestinations: Sendable {
    private var byName: [OutboxDestination.Name: OutboxDestination] = [:]

    init(_ destinations: [OutboxDestination]) throws(OutboxCourierError) {
        for destination in destinations {
            if case .handler(let name) = destination.name,
                name.utf8.contains(UInt8(ascii: "|")) || !(1...NewOutboxEntry.longestName).contains(name.utf8.count)
            {
                throw .handlerName(name)
            }
            guard byName.updateValue(destination, forKey: destination.name) == nil else {
                switch destination.name {
                case .machine(let name), .handler(let name): throw .twice(destination: name)
                }
            }
        }
    }

    /// The one that a row is for; nil where the courier does not know it.
    subscript(text: String) -> OutboxDestination? {
        guard let pipe = text.utf8.firstIndex(of: UInt8(ascii: "|")) else { return byName[.handler(text)] }
        return byName[.machine(String(text[..<pipe]))]
    }
}
