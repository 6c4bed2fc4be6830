import Glibc

/// Holds back the signals that end the program, so that it can first take away what is half made.
///
/// When it goes, a signal that came meanwhile does what it always does. It holds them for this thread, so that it is for
/// work during which there is no other.
struct HeldSignals: ~Copyable {
    private static let ending = [SIGINT, SIGTERM, SIGHUP]
    private var before = sigset_t()

    init() {
        var held = sigset_t()
        sigemptyset(&held)
        // One that the program was started to ignore, as `nohup` does, stays ignored.
        for signal in Self.ending where !Self.isIgnored(signal) { sigaddset(&held, signal) }
        pthread_sigmask(SIG_BLOCK, &held, &before)
    }

    /// Whether one of them has come.
    var hasCome: Bool {
        var pending = sigset_t()
        return sigpending(&pending) == 0 && Self.ending.contains { sigismember(&pending, $0) == 1 }
    }

    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(signal, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    deinit {
        var before = before
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }
}
