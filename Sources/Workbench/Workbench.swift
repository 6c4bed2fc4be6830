package import Terminal

/// The workbench as a pure function: messages in, effects out, and a frame for any size.
///
/// It knows no terminal, no file, no clock and no thread; who runs it does what the effects ask and tells it what came
/// of that.
package struct Workbench: Sendable {
    /// Everything that is on the screen.
    package internal(set) var model: Model

    /// Begins with a session that was opened, on a screen of some size; `start` says what to ask first.
    package init(session: Session, size: Size) {
        model = Model(session: session, size: size)
    }
}
