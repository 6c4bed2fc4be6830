internal import Glibc

/// A value that is reached only under its lock.
///
/// The same as `Synchronization.Mutex`, on the C library's lock: that one hands itself over inside the kernel where it
/// is contended, which the thread sanitizer does not see, so that it reports races where there are none.
// Safe to send: the value is reached only between locking and unlocking, and the pointers never change.
package struct Locked<Value: Sendable>: ~Copyable, @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let value: UnsafeMutablePointer<Value>

    /// A value with a lock of its own.
    package init(_ initial: Value) {
        // One block of memory for both, the lock first.
        let offset = MemoryLayout<pthread_mutex_t>.size.rounded(upTo: MemoryLayout<Value>.alignment)
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: offset + MemoryLayout<Value>.size,
            alignment: max(MemoryLayout<pthread_mutex_t>.alignment, MemoryLayout<Value>.alignment))
        mutex = block.initializeMemory(as: pthread_mutex_t.self, to: pthread_mutex_t())
        value = (block + offset).initializeMemory(as: Value.self, to: initial)
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        value.deinitialize(count: 1)
        pthread_mutex_destroy(mutex)
        UnsafeMutableRawPointer(mutex).deallocate()
    }

    /// Runs a closure on the value while no other thread can reach it; never call it again from within the closure.
    package borrowing func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value.pointee)
    }
}

extension Int {
    fileprivate func rounded(upTo alignment: Int) -> Int {
        (self + alignment - 1) / alignment * alignment
    }
}
