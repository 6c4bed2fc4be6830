import Actors
import EventSourcing
import Inspection
import SampleDomain
import Testing
import Workbench

@testable import PlayheadWorkbench

@Suite("Commands step by step, with the real engine")
struct SteppingTests {
    private let answering = AnsweringThread()
    private static let request = Request(number: 7, purpose: .command(7))

    private func send(_ text: String, to account: AccountStore) {
        answering.outbox.expectAnswer(to: Self.request)
        answering.inbox.post { $0.questions.append((Self.request, .sendStepped(text, account.id))) }
    }

    private func wish(_ wish: StepWish) {
        answering.outbox.expectAnswer(to: Self.request)
        answering.inbox.post { $0.wishes.append(wish) }
    }

    /// What comes next: a stage, or the report.
    private func next(_ listener: Listener) throws -> (stage: CommitStage?, report: CommandReport?) {
        while true {
            for message in answering.outbox.takeAll() {
                if case .progress(Self.request, .stage(let stage)) = message { return (stage, nil) }
                if case .answer(Self.request, .sent(let report)) = message { return (nil, report) }
            }
            try listener.wait()
        }
    }

    /// Runs a test on its own thread, over an answering thread that has the store.
    private func stepping(_ account: AccountStore, _ body: @Sendable (Listener) throws -> Void) async throws {
        try await onOwnThread {
            let listener = Listener(answering.outbox)
            try answering.start(domains: SampleDomains.all()) { _, _ in account.opened() }
            try body(listener)
        }
    }

    private func number(of account: AccountStore) throws -> Int64? {
        try account.store.reader().head(of: account.id)?.sequenceNumber
    }

    @Test(
        "each stage of the engine's own commit waits, in its order, with its data; nothing is written before the append"
    )
    func allStages() async throws {
        let account = try AccountStore("steps")
        try await stepping(account) { listener in
            send("deposit amount=250", to: account)
            #expect(try next(listener).stage == .decide([.init(type: "MoneyDeposited", summary: "amount=250")]))
            #expect(answering.outbox.isQuiet, "nobody waits for the program while it waits for a person")
            wish(.goOn)
            guard case .foldDry(let changes?)? = try next(listener).stage else {
                Issue.record("no dry fold")
                return
            }
            #expect(changes.map(\.path.description) == ["balance", "deposits"])
            #expect(changes.map(\.after) == [750, 2])
            wish(.goOn)
            #expect(try next(listener).stage == .append(count: 1, expecting: 2, epoch: 1))
            #expect(try number(of: account) == 2)
            wish(.goOn)
            guard case .advance(let receipt, epochBefore: 1)? = try next(listener).stage else {
                Issue.record("nothing advanced")
                return
            }
            #expect(receipt.sequenceNumbers == 3..<4)
            #expect(receipt.epoch == 2)
            #expect(try number(of: account) == 3)
            wish(.goOn)
            guard case .outcome(let outcome)? = try next(listener).report?.result else {
                Issue.record("no outcome")
                return
            }
            #expect(outcome.appended.map(\.sequenceNumber) == [3])
            #expect(answering.outbox.isQuiet)
            answering.end()
        }
    }

    @Test("stopped before the append nothing is written, and the next command finds the entity alive")
    func stopped() async throws {
        let account = try AccountStore("stopped")
        try await stepping(account) { listener in
            send("deposit amount=250", to: account)
            _ = try next(listener)
            wish(.goOn)
            _ = try next(listener)
            wish(.stop)
            guard case .failed(let sentence)? = try next(listener).report?.result else {
                Issue.record("it was not stopped")
                return
            }
            #expect(sentence == "stopped before its append, and nothing is written")
            #expect(try number(of: account) == 2)
            send("deposit amount=1", to: account)
            _ = try next(listener)
            wish(.runOn)
            #expect(try next(listener).report != nil)
            #expect(try number(of: account) == 3)
            answering.end()
        }
    }

    @Test("somebody who appends meanwhile makes a conflict, and the entity says which")
    func conflict() async throws {
        let account = try AccountStore("conflict")
        try await stepping(account) { listener in
            send("deposit amount=250", to: account)
            _ = try next(listener)
            try account.store.fill(
                writers: [],
                events: [
                    ImportedEvent(
                        persistenceID: account.id, sequenceNumber: 3,
                        event: NewEvent(
                            type: "MoneyDeposited", payload: Array(#"{"amount":1}"#.utf8), timestamp: .epoch),
                        writer: WriterID(ULID(high: 1 << 16, low: 7)), epoch: 1)
                ], snapshots: [])
            wish(.runOn)
            guard case .conflict(expected: 2, actual: 3)? = try next(listener).report?.result else {
                Issue.record("no conflict")
                return
            }
            answering.end()
        }
    }

    @Test("a refused command comes to no stage")
    func refused() async throws {
        let account = try AccountStore("refused")
        try await stepping(account) { listener in
            send("withdraw amount=9999", to: account)
            let (stage, report) = try next(listener)
            #expect(stage == nil)
            guard case .outcome(let outcome)? = report?.result else { return }
            #expect(outcome.refusal != nil)
            answering.end()
        }
    }

    @Test("leaving stops what has written nothing, and carries through what has", arguments: [0, 3])
    func leaving(stages: Int) async throws {
        let account = try AccountStore("leaving")
        try await stepping(account) { listener in
            send("deposit amount=250", to: account)
            _ = try next(listener)
            for _ in 0..<stages {
                wish(.goOn)
                _ = try next(listener)
            }
            answering.end()
            #expect(try number(of: account) == (stages == 0 ? 2 : 3))
        }
    }
}
