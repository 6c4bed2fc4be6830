import Actors
import EventSourcing
import Inspection
import Terminal
import Workbench

/// The workbench on a real terminal.
final class InteractiveSession: Stage {
    private let terminal: TerminalSession
    private let drawsASCII: Bool
    private var shown: Frame?

    /// How long the end may take where the window was closed.
    private static let shortest = Duration.milliseconds(800)

    /// Opens a store and shows it until the person leaves.
    ///
    /// Throws `StoreError` when the store can't be opened, and `TerminalError` when there is no screen to show it on.
    ///
    /// - Parameters:
    ///   - choice: what to open, and how.
    ///   - options: how the screen is drawn.
    ///   - domains: how the events of its entity types get a state.
    ///   - demo: what the demo store is filled with.
    ///   - known: what was warned of before, which the screen lists too.
    ///   - warned: told, without a screen, what the engine warned of when there was none any more.
    static func run(
        _ choice: StoreChoice, options: ScreenOptions, domains: [Domain], demo: SampleSource?, known: Warnings,
        warned: (Warnings) -> Void
    ) throws {
        let answering = AnsweringThread()
        let outbox = answering.outbox
        let changed: @Sendable () -> Void = { outbox.tell(.storeChanged) }
        // Nothing is opened for a terminal that shows nothing.
        try TerminalSession.check()
        // A store that can't be opened is said without a screen; one that is held is waited for on it.
        try answering.start(domains: domains) { [choice] path, forWriting in
            var other = choice
            if let path {
                other = StoreChoice(path: path, mode: forWriting ? .write : .readOnly, themeName: choice.themeName)
            }
            return try other.open(demo: demo, changed: changed, log: outbox) { sentence in
                outbox.tell(.progress(Request(number: 0, purpose: .session), .note(sentence)))
            }
        }
        var patience: Duration?
        defer {
            if !answering.end(within: patience) {
                outbox.record(
                    LogEntry(
                        time: WallClock().now, level: .warning, actor: nil,
                        message: "the store was not closed in time; a snapshot of an entity that stops may be missing",
                        fields: [:]))
            }
            for case .warned(let warnings) in outbox.takeAll() { warned(warnings) }
        }
        let session = try InteractiveSession(themeName: choice.themeName, options: options)
        defer { session.terminal.close() }
        if !known.isEmpty { outbox.tell(.warned(known)) }
        if try session.loop(choice.session, answering: answering) { patience = shortest }
    }

    private init(themeName: String, options: ScreenOptions) throws(TerminalError) {
        terminal = try TerminalSession(theme: Theme.shipped(themeName) ?? .standard, colorOption: options.color)
        drawsASCII = options.ascii
    }

    /// Shows the workbench, and answers whether it was ended from outside.
    private func loop(_ session: Session, answering: AnsweringThread) throws -> Bool {
        let waker = terminal.waker
        answering.outbox.onArrival { waker.wake() }
        let run = WorkbenchRun(session, size: terminal.surface.size, answering: answering, stage: self)
        run.start()
        // What was told before anybody listened: that the store is held.
        try run.catchUp()
        // The first frame waits a moment for its answers, so that it is whole at once.
        let patience = ContinuousClock.now + .milliseconds(12)
        while !run.isOver, !run.isSettled, ContinuousClock.now < patience { try turn(run, atMost: 5) }
        while !run.isOver {
            draw(run.workbench)
            try turn(run)
        }
        return run.isTerminated
    }

    /// Waits for what happens next, and hands it on.
    private func turn(_ run: WorkbenchRun, atMost milliseconds: Int? = nil) throws {
        let timeout = [milliseconds, run.millisecondsToNextWait].compactMap(\.self).min()
        for input in terminal.next(timeout: timeout, isIdle: { run.isQuiet }) { run.handle(input) }
        try run.catchUp()
    }

    private func draw(_ workbench: Workbench) {
        let frame = workbench.view(glyphs: drawsASCII ? .ascii : terminal.surface.glyphs)
        if frame == shown { return }
        terminal.surface.draw(frame)
        shown = frame
    }

    // MARK: - The stage

    func copy(_ text: String) -> String? {
        terminal.copy(DisplayText(text))
        return "handed to the terminal's clipboard"
    }

    func apply(_ theme: Theme) {
        terminal.surface.apply(theme)
        shown = nil
    }

    func redraw() {
        terminal.surface.redraw()
        shown = nil
    }

    func suspend() -> [Input] { terminal.suspend() }
}

/// How the screen is drawn.
struct ScreenOptions: Sendable {
    /// The value of `--color`.
    var color: String?
    /// Whether only ASCII is drawn.
    var ascii = false
}
