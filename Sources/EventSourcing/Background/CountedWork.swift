/// What is claimed, tried and counted.
package protocol CountedWork {
    var attempts: Int { get }
    var lastError: String? { get }
}

extension StoredTimer: CountedWork {}
extension OutboxEntry: CountedWork {}

extension CountedWork {
    /// Whether it was tried before, and nobody has said what came of it.
    package var isAbandoned: Bool { attempts > 1 && lastError == nil }
}
