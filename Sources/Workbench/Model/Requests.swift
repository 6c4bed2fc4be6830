/// Which questions are open, which failed, and the number of the next.
package struct Requests: Hashable, Sendable {
    private var last: UInt64 = 0
    private var open: [Request.Purpose: Open] = [:]
    /// Questions that failed: they are not asked again until something changes.
    private var failed: [Request.Purpose: Question] = [:]

    private struct Open: Hashable, Sendable {
        var request: Request
        var question: Question?
        var progress: Double?
    }

    package init() {}

    /// A request that has no question.
    mutating func begin(_ purpose: Request.Purpose, _ question: Question? = nil) -> (
        new: Request, superseded: Request?
    ) {
        last += 1
        let request = Request(number: last, purpose: purpose)
        failed[purpose] = nil
        let old = open.updateValue(Open(request: request, question: question), forKey: purpose)
        return (request, old?.request)
    }

    /// The number that the next request gets.
    var upcoming: UInt64 { last + 1 }

    func isOpen(_ request: Request) -> Bool { open[request.purpose]?.request == request }

    func isOpen(_ purpose: Request.Purpose) -> Bool { open[purpose] != nil }

    /// Whether asking this would change nothing: it is being answered, or has failed.
    func covers(_ question: Question, for purpose: Request.Purpose) -> Bool {
        open[purpose]?.question == question || failed[purpose] == question
    }

    func question(of purpose: Request.Purpose) -> Question? { open[purpose]?.question }

    func progress(of purpose: Request.Purpose) -> Double? { open[purpose]?.progress }

    mutating func note(_ fraction: Double, of request: Request) {
        open[request.purpose]?.progress = fraction
    }

    /// Closes the request of some purpose and gives it back, nil where none is open.
    @discardableResult
    mutating func end(_ purpose: Request.Purpose) -> Request? {
        open.removeValue(forKey: purpose)?.request
    }

    /// Remembers that a question can't be answered.
    mutating func fail(_ request: Request) {
        failed[request.purpose] = open[request.purpose]?.question
    }

    /// Lets failed questions be asked again.
    mutating func forgetFailures() { failed = [:] }

    /// Purposes with an open request.
    var purposes: [Request.Purpose] { Array(open.keys) }
}
