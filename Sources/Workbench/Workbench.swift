package import Terminal

/// The workbench as a pure function: messages in, effects out, and a frame for any size.
///
/// It knows no terminal, no file, no clock and no thread; who runs it does what the effects ask and tells it what came
/// of that.
package struct Workbench: Sendable {
    /// Everything that is on the screen.
    package internal(set) var model: Model
    /// What the message at hand asks for, in order.
    var effects: [Effect] = []

    /// Begins with a session that was opened, on a screen of some size; `start` says what to ask first.
    package init(session: Session, size: Size) {
        model = Model(session: session, size: size)
    }

    /// What to do before the first message: ask for the stream to show.
    package mutating func start() -> [Effect] {
        ask(.overview, for: .overview)
        ask(.head(model.session.stream), for: .openStream)
        return takeEffects()
    }

    /// Takes in something that happened, and says what to do about it.
    package mutating func handle(_ message: Message) -> [Effect] {
        switch message {
        case .input(let input): take(input)
        case .answer(let request, let answer):
            guard model.requests.isOpen(request) else { return [] }
            take(answer, to: request)
        case .progress(let request, let progress):
            // What is said of a store that is being opened comes before any question is open.
            switch progress {
            case .retrying, .note: break
            default: if !model.requests.isOpen(request) { return [] }
            }
            take(progress, of: request)
        case .storeChanged: takeStoreChange()
        case .drain(let news): take(news)
        case .warned(let warnings): take(warnings)
        }
        askForWhatIsMissing()
        return takeEffects()
    }

    /// The screen, complete, for the size that was told last, or for any other.
    package func view(size: Size? = nil, glyphs: Glyphs = .unicode) -> Frame {
        var screen = Screen(model: model, size: size ?? model.size, glyphs: glyphs)
        screen.draw()
        return screen.frame
    }

    private mutating func takeEffects() -> [Effect] {
        let taken = effects
        effects = []
        return taken
    }
}
