package import Inspection
package import Terminal

/// Something that happened: the only way anything reaches the workbench.
package enum Message: Sendable {
    /// A key, a paste, a resize, a signal.
    case input(Input)
    /// A question was answered; the request is not open any more.
    case answer(Request, Answer)
    /// A question is half answered; more follows.
    case progress(Request, Progress)
    /// The store holds something else than before, whoever wrote it.
    case storeChanged
    /// A drain that is looked at has come to a stage, or has settled; nobody asked for it.
    case drain(DrainNews)
    /// The engine warned of something; nobody asked for it.
    case warned(Warnings)
}
