import Actors
import EventSourcing
import Inspection
import Terminal
import Workbench

/// The workbench without a terminal: keys are typed, each after everything is answered, and the frame is the result.
final class Picture: Stage {
    private(set) var theme: Theme

    private init(theme: Theme) { self.theme = theme }

    /// Opens a store, types keys, and answers the last frame with the theme it is drawn in; what was warned of before is known.
    ///
    /// Throws `StoreError` when the store can't be opened.
    static func take(
        of choice: StoreChoice, size: Size, keys: [Key], glyphs: Glyphs = .unicode, domains: [Domain],
        demo: SampleSource?, known: Warnings
    ) throws -> (frame: Frame, theme: Theme) {
        let answering = AnsweringThread()
        let (outbox, bell) = (answering.outbox, Wakeup())
        outbox.onArrival { bell.ring() }
        try answering.start(domains: domains) { _, _ in
            try choice.open(demo: demo, changed: {}, log: outbox)
        }
        let picture = Picture(theme: Theme.shipped(choice.themeName) ?? .standard)
        let run = WorkbenchRun(choice.session, size: size, answering: answering, stage: picture)
        defer { run.end() }
        if !known.isEmpty { outbox.tell(.warned(known)) }
        run.start()
        try settle(run, bell)
        for key in keys where !run.isOver {
            run.handle(.key(key))
            try settle(run, bell)
        }
        return (run.workbench.view(glyphs: glyphs), picture.theme)
    }

    private static func settle(_ run: WorkbenchRun, _ bell: Wakeup) throws {
        try run.catchUp()
        while !run.isQuiet {
            bell.wait()
            try run.catchUp()
        }
    }

    func copy(_ text: String) -> String? { nil }
    func apply(_ theme: Theme) { self.theme = theme }
    func redraw() {}
    func suspend() -> [Input] { [] }
}
