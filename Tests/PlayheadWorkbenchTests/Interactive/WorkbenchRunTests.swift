import Actors
import EventSourcing
import Inspection
import SampleDomain
import Terminal
import Testing
import Workbench

@testable import PlayheadWorkbench

@Suite("A workbench that runs")
struct WorkbenchRunTests {
    /// A stage that keeps what it was asked, and continues with what a test gave it.
    private final class EmptyStage: Stage {
        var copied: [String] = []
        var themes: [String] = []
        var redraws = 0
        var afterSuspension: [Input] = []

        func copy(_ text: String) -> String? {
            copied.append(text)
            return "kept by the test"
        }
        func apply(_ theme: Theme) { themes.append(theme.name) }
        func redraw() { redraws += 1 }
        func suspend() -> [Input] { afterSuspension }
    }

    /// A run over a store with one account of ten events, on a clock that is stepped by hand.
    private final class Rehearsal {
        let answering: AnsweringThread
        let stage = EmptyStage()
        let clock = HandClock()
        let run: WorkbenchRun
        private let listener: Listener

        init(_ answering: AnsweringThread = AnsweringThread(), open: @escaping StoreOpening) throws {
            self.answering = answering
            let session = Session(storeName: "demo", mode: .demo, commands: .store, sequenceNumber: 2)
            listener = Listener(answering.outbox)
            run = WorkbenchRun(
                session, size: Size(columns: 120, rows: 36), answering: answering, stage: stage,
                now: { [clock] in clock.now })
            try answering.start(
                domains: try SampleDomains.all(), pause: 1, now: { [clock] in clock.now }, open: open)
            run.start()
        }

        convenience init() throws {
            let account = try AccountStore("demo", deposits: 9)
            try self.init { _, _ in account.opened() }
        }

        deinit { run.end() }

        /// Has everything answered that was asked.
        func settle() throws {
            try run.catchUp()
            while !run.isQuiet {
                try listener.wait()
                try run.catchUp()
            }
        }

        func press(_ notation: String) throws {
            for key in Key.sequence(notation: notation) { run.handle(.key(key)) }
            try settle()
        }

        var playhead: Int64? { run.workbench.model.stream?.playhead }
        var message: String { run.workbench.model.message?.text.plainString ?? "" }
    }

    @Test("it asks, takes the answers, and shows them")
    func answers() async throws {
        try await onOwnThread {
            let rehearsal = try Rehearsal()
            try rehearsal.settle()
            #expect(rehearsal.playhead == 2)
            #expect(rehearsal.run.isSettled && rehearsal.run.isQuiet && !rehearsal.run.isOver)
            #expect(rehearsal.run.workbench.view().text.contains("MoneyDeposited"))
            try rehearsal.press("j")
            #expect(rehearsal.playhead == 3)
        }
    }

    @Test("a wait ends when its time is over and not before, and one that is cancelled never does")
    func waits() async throws {
        try await onOwnThread {
            let rehearsal = try Rehearsal()
            try rehearsal.settle()
            #expect(rehearsal.run.millisecondsToNextWait == nil)
            try rehearsal.press("Space")
            let pause = try #require(rehearsal.run.millisecondsToNextWait)
            #expect(pause > 100)
            rehearsal.clock.advance(by: .milliseconds(pause - 2))
            try rehearsal.settle()
            #expect(rehearsal.playhead == 2)
            #expect(rehearsal.run.millisecondsToNextWait == 2)
            rehearsal.clock.advance(by: .milliseconds(1))
            try rehearsal.settle()
            #expect(rehearsal.playhead == 3)
            #expect(rehearsal.run.millisecondsToNextWait == pause, "the next wait has begun")
            try rehearsal.press("Space")
            #expect(rehearsal.run.millisecondsToNextWait == nil)
            rehearsal.clock.advance(by: .seconds(10))
            try rehearsal.settle()
            #expect(rehearsal.playhead == 3)
        }
    }

    @Test("it is over when the person leaves, and when the program is told to end", arguments: [true, false])
    func quit(isKey: Bool) async throws {
        try await onOwnThread {
            let rehearsal = try Rehearsal()
            try rehearsal.settle()
            #expect(!rehearsal.run.isOver)
            if isKey { try rehearsal.press("q") } else { rehearsal.run.handle(.terminate) }
            #expect(rehearsal.run.isOver)
        }
    }

    @Test("what is said of a store that is being opened stands in the status line")
    func note() async throws {
        try await onOwnThread {
            let rehearsal = try Rehearsal()
            try rehearsal.settle()
            rehearsal.answering.outbox.tell(.progress(Request(number: 0, purpose: .session), .note("it gets layout 2")))
            try rehearsal.settle()
            #expect(rehearsal.message == "it gets layout 2")
        }
    }

    @Test("what the engine warns of stands in the status line, and in the list of warnings")
    func warning() async throws {
        let account = try AccountStore("demo", deposits: 23)
        try await onOwnThread {
            let answering = AnsweringThread()
            let outbox = answering.outbox
            let rehearsal = try Rehearsal(answering) { _, _ in
                account.opened(
                    snapshotsTo: SnapshotsBy(inner: account.store) { _ in throw StoreError(.full) }, log: outbox)
            }
            try rehearsal.settle()
            try rehearsal.press("> d e p o s i t Space 1 0 0 Enter")
            let sentence = "Account|account-1: the snapshot at #25 was not saved: \(StoreError(.full))"
            #expect(rehearsal.message == "warning: " + sentence)
            #expect(rehearsal.playhead == 25, "the command succeeds all the same")
            try rehearsal.press("Esc gw")
            #expect(rehearsal.run.workbench.model.warnings.all.kept.map(\.sentence) == [sentence])
            #expect(
                rehearsal.run.workbench.view().text.contains("Account|account-1: the snapshot at #25 was not saved"))
        }
    }

    @Test("a store that was waited for and can't be opened ends it with the sentence")
    func failure() async throws {
        let tries = Journal()
        try await onOwnThread {
            let rehearsal = try Rehearsal { _, _ in
                tries.add("open")
                throw StoreError(tries.lines.count < 3 ? .busy : .corrupt, file: "a.db")
            }
            let error = #expect(throws: OpeningFailure.self) { try rehearsal.settle() }
            #expect(error?.description == "a.db is damaged")
            #expect(rehearsal.message == "busy: a writer holds the store, retrying (2)")
        }
    }

    @Test("what it asks of its stage is done, and what came of it is told")
    func stage() async throws {
        try await onOwnThread {
            let rehearsal = try Rehearsal()
            try rehearsal.settle()
            try rehearsal.press(": t h e m e Space d a y Enter")
            #expect(rehearsal.stage.themes == ["day"])
            try rehearsal.press(": t h e m e Space n o Enter")
            #expect(rehearsal.message == "there is no theme no; there are dusk, day, high-contrast, deuter, trit, mono")
            #expect(rehearsal.stage.themes == ["day"])
            try rehearsal.press("y")
            #expect(rehearsal.stage.copied.count == 1)
            try rehearsal.press("^L")
            #expect(rehearsal.stage.redraws == 1)
            rehearsal.stage.afterSuspension = [.resize(Size(columns: 80, rows: 24)), .resumed]
            try rehearsal.press("^Z")
            #expect(rehearsal.run.workbench.model.size == Size(columns: 80, rows: 24))
        }
    }
}
