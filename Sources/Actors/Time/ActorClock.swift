internal import Glibc

/// Where the time comes from: the wall in a running program, the test in a test.
public protocol ActorClock: Sendable {
    /// The present moment.
    var now: Timestamp { get }
}

/// The machine's own time.
public struct WallClock: ActorClock {
    /// A clock that reads the machine's time at each call.
    public init() {}

    public var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}

/// Nanoseconds of a clock that never jumps; timers are due by it, whatever somebody does to the machine's time.
func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}
