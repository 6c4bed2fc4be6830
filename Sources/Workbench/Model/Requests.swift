/// Which questions are open, and the number of the next.
package struct Requests: Hashable, Sendable {
    private var last: UInt64 = 0
    package private(set) var open: [Request.Purpose: Request] = [:]
    /// Progress of those that told theirs.
    package private(set) var progress: [Request.Purpose: Double] = [:]

    package init() {}

    /// A new request, and the older one of the same purpose that it takes the place of.
    mutating func begin(_ purpose: Request.Purpose) -> (new: Request, superseded: Request?) {
        let request = next(purpose)
        progress[purpose] = nil
        return (request, open.updateValue(request, forKey: purpose))
    }

    /// The number that the next request gets.
    var upcoming: UInt64 { last + 1 }

    private mutating func next(_ purpose: Request.Purpose) -> Request {
        last += 1
        return Request(number: last, purpose: purpose)
    }

    func isOpen(_ request: Request) -> Bool { open[request.purpose] == request }

    func isOpen(_ purpose: Request.Purpose) -> Bool { open[purpose] != nil }

    mutating func note(_ fraction: Double, of request: Request) {
        progress[request.purpose] = fraction
    }

    /// Closes a request of some purpose and gives it back, nil where none is open.
    mutating func end(_ purpose: Request.Purpose) -> Request? {
        progress[purpose] = nil
        return open.removeValue(forKey: purpose)
    }
}
