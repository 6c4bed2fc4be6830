import Actors
import Workbench

/// Keeps what the engine warns of, from any thread, until the program's own thread says it.
final class WarningLog: LogSink {
    private let warnings = Locked(Warnings())

    func record(_ entry: LogEntry) {
        if let warning = Warning(entry) { warnings.withLock { $0.add(warning) } }
    }

    /// What came since the last call.
    func takeAll() -> Warnings {
        warnings.withLock { warnings in
            defer { warnings = Warnings() }
            return warnings
        }
    }
}
