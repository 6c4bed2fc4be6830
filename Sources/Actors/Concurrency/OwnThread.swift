internal import Glibc

/// A thread of the store's own, so that its blocking calls hold up nobody's tasks.
package struct OwnThread: Sendable {
    private let thread: pthread_t

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread; nil where the system has none left.
    package init?(_ body: @escaping @Sendable () -> Void) {
        let context = Unmanaged.passRetained(Body(body))
        var started = pthread_t()
        let failure = pthread_create(
            &started, nil,
            { context in
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, context.toOpaque())
        if failure != 0 {
            context.release()
            return nil
        }
        thread = started
    }

    /// Waits until the body has returned; a thread that waits for itself does not.
    package func join() {
        if pthread_equal(thread, pthread_self()) != 0 { return detach() }
        pthread_join(thread, nil)
    }

    /// Lets the thread end by itself.
    package func detach() { pthread_detach(thread) }
}
