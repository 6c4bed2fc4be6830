import Actors
import EventSourcing
import Inspection
import SampleDomain
import StateMachines
import Testing
import Workbench

@testable import PlayheadWorkbench

@Suite("The desk that answers questions")
struct AnswerDeskTests {
    @Test("what reactions have to do is told, and changed behind what was sent")
    func reactions() async throws {
        let (store, outbox) = (InMemoryStore(), Outbox())
        try Fulfilment.happen(6, in: store, seed: 42, startingAt: Timestamp(microseconds: 1_740_906_000_000_000))
        let shipment = try PersistenceID("Shipment", "sale-6")
        try await onOwnThread {
            let system = ActorSystem(name: "test")
            let host = EntityHost(system: system, events: store, snapshots: store, writer: system.writerID)
            let session = Session(storeName: "demo", path: nil, mode: .demo, commands: .store)
            let desk = AnswerDesk(
                store: OpenedStore(reader: store.reader(), host: host, session: session),
                domains: try SampleDomains.all(), outbox: outbox
            ) { path, _ in throw StoreError(.invalid, detail: path ?? "nothing") }
            /// Works on a question until it is answered.
            func answer(to question: Question, for purpose: Request.Purpose) throws -> Answer? {
                guard case .job(let job, _) = desk.work(on: question, for: .fixture(1, purpose)) else { return nil }
                while true { if let answer = try job.step(64) { return answer } }
            }
            guard case .reactions(let view)? = try answer(to: .reactions(ReactionsQuery()), for: .reactions) else {
                Issue.record("nothing is told of reactions")
                return
            }
            #expect(view.subscriptions.first?.subscription.target == shipment && view.count(.blocked) == 1)
            let charge = try PersistenceID("Charge", "sale-6")
            guard case .chain(let chain)? = try answer(to: .chain(charge, 1), for: .chain) else {
                Issue.record("nothing is told of a chain")
                return
            }
            #expect(chain.events.map(\.type) == ["SalePlaced", "StockReserved", "PaymentTaken"])
            let request = Request.fixture(3, .operation)
            outbox.expectAnswer(to: request)
            let operation = ReactionOperation(.unblock, [shipment], of: Fulfilment.name)
            guard case .elsewhere = desk.work(on: .operate([operation]), for: request) else {
                Issue.record("nothing was changed")
                return
            }
            desk.close()
            guard case .answer(request, .done(let sentence))? = outbox.takeAll().first else {
                Issue.record("it was not answered")
                return
            }
            #expect(sentence == "unblocked 1 of fulfilment")
        }
    }

    @Test("another file is answered from, once what was sent to the old one is done and it is closed")
    func anotherFile() async throws {
        let (first, second) = (try AccountStore("first"), try AccountStore("second", deposits: 5))
        let (journal, outbox) = (Journal(), Outbox())
        let gated = GatedStore(first.store) { journal.add("appended") }
        try await onOwnThread {
            let desk = AnswerDesk(
                store: first.opened(commandsTo: gated) { journal.add("first closed") },
                domains: try SampleDomains.all(), outbox: outbox
            ) { path, forWriting in
                journal.add("open \(path ?? "nothing") \(forWriting)")
                gated.open()
                return second.opened { journal.add("second closed") }
            }
            #expect(newest(desk) == 2)
            let sent = Request.fixture(7, .command(7))
            outbox.expectAnswer(to: sent)
            guard case .elsewhere = desk.work(on: .send("deposit 100", first.id), for: sent) else {
                Issue.record("the command was not sent")
                return
            }
            let work = desk.work(on: .change(.open(path: "second.db", forWriting: true)), for: .fixture(8, .session))
            guard case .answer(.session(let session)) = work else {
                Issue.record("\(work)")
                return
            }
            #expect(session == second.session)
            #expect(journal.lines == ["open second.db true", "appended", "first closed"])
            guard case .answer(let request, .sent(let report)) = outbox.takeAll().first, request == sent else {
                Issue.record("the command was not answered before its store was closed")
                return
            }
            guard case .outcome(let outcome) = report.result else {
                Issue.record("\(report.result)")
                return
            }
            #expect(outcome.appended.map(\.sequenceNumber) == [3])
            #expect(try first.store.reader().head(of: first.id)?.sequenceNumber == 3)
            // From here on everything is the other store's, the account of the same name included.
            #expect(newest(desk) == 6)
            _ = desk.work(on: .send("deposit 100", second.id), for: .fixture(9, .command(9)))
            desk.close()
            #expect(journal.lines.last == "second closed")
            #expect(try second.store.reader().head(of: second.id)?.sequenceNumber == 7)
            #expect(try first.store.reader().head(of: first.id)?.sequenceNumber == 3)
        }
    }

    @Test("a file that can't be opened is a sentence, and the desk stays where it is")
    func unreadableFile() throws {
        let first = try AccountStore("first")
        let journal = Journal()
        let desk = AnswerDesk(
            store: first.opened { journal.add("closed") }, domains: try SampleDomains.all(), outbox: Outbox()
        ) { path, _ in throw StoreError(.missing, file: path) }
        let work = desk.work(on: .change(.open(path: "gone.db", forWriting: false)), for: .fixture(1, .session))
        guard case .answer(.failed(let sentence)) = work else {
            Issue.record("\(work)")
            return
        }
        #expect(sentence == "gone.db is not there")
        #expect(newest(desk) == 2)
        #expect(journal.lines.isEmpty)
    }

    @Test("the first command of a file opened for looking makes the sandbox, which its report says")
    func sandbox() async throws {
        let first = try AccountStore("first")
        let outbox = Outbox()
        let report = try await onOwnThread { () -> CommandReport? in
            let opened = first.opened()
            let desk = AnswerDesk(
                store: OpenedStore(
                    reader: opened.reader, host: opened.host,
                    session: Session(storeName: "first.db", mode: .readOnly, commands: .sandboxCopy)),
                domains: try SampleDomains.all(), outbox: outbox, open: { _, _ in throw StoreError(.missing) })
            _ = desk.work(on: .send("deposit 100", first.id), for: .fixture(1, .command(1)))
            desk.close()
            guard case .answer(_, .sent(let report)) = outbox.takeAll().first else { return nil }
            return report
        }
        #expect(report?.session == Session(storeName: "first.db", mode: .sandbox, commands: .store))
    }

    @Test("entities are stopped before their store is closed, with the snapshot that they take then")
    func snapshotAtTheEnd() async throws {
        let (store, journal) = (InMemoryStore(), Journal())
        let id = try PersistenceID("Tally", "t")
        try await onOwnThread {
            let desk = try desk(on: store, journal) { _ in }
            _ = desk.work(on: .send("add 7", id), for: .fixture(1, .command(1)))
            desk.close()
        }
        #expect(try store.reader().snapshot(of: id, atOrBelow: 1)?.state == Array("7".utf8))
        #expect(journal.lines == ["closed"])
    }

    @Test("a snapshot that fails at the end is a warning, and the store is closed")
    func failedSnapshotAtTheEnd() async throws {
        let (store, journal) = (InMemoryStore(), Journal())
        let id = try PersistenceID("Tally", "t")
        try await onOwnThread {
            let desk = try desk(on: store, journal) { _ in throw StoreError(.full) }
            _ = desk.work(on: .send("add 7", id), for: .fixture(1, .command(1)))
            desk.close()
        }
        #expect(
            journal.lines == [
                "Tally|t: the snapshot at #1 was not saved: \(StoreError(.full))", "closed",
            ])
    }

    @Test("an entity that does not stop is a warning when its time is over, and the store is closed without it")
    func entityThatDoesNotStop() async throws {
        let (store, journal, gate) = (InMemoryStore(), Journal(), Gate())
        let id = try PersistenceID("Tally", "t")
        try await onOwnThread {
            let desk = try desk(on: store, journal, patience: .milliseconds(1)) { _ in await gate.passed() }
            _ = desk.work(on: .send("add 7", id), for: .fixture(1, .command(1)))
            desk.close()
        }
        gate.open()
        #expect(journal.lines.first?.hasPrefix("an entity did not stop within 0.001 seconds") == true)
        #expect(journal.lines.last == "closed")
    }

    @Test(
        "due timers fire while the store is written to: at once in a live one, and in a sandbox from its beginning on",
        arguments: [Session.Mode.demo, .write, .readOnly])
    func dueTimers(mode: Session.Mode) async throws {
        let (store, scheduler) = (InMemoryStore(), StepScheduler())
        let system = ActorSystem(name: "test", scheduler: scheduler)
        let id = try PersistenceID("Purchase", "p")
        try await store.arm(NewTimer("payment", deadline: .epoch, generation: 0), of: id)
        try await onOwnThread {
            let desk = AnswerDesk(
                store: OpenedStore(
                    reader: store.reader(),
                    host: EntityHost(system: system, events: store, snapshots: store, writer: system.writerID),
                    session: Session(storeName: "shop", mode: mode, commands: .store)),
                domains: try SampleDomains.all(), outbox: Outbox(), open: { _, _ in throw StoreError(.missing) })
            scheduler.advance(by: .seconds(1))
            #expect(try store.reader().head(of: id)?.sequenceNumber == (mode == .readOnly ? nil : 1))
            _ = desk.work(on: .change(.sandbox), for: .fixture(1, .session))
            scheduler.advance(by: .seconds(1))
            #expect(try store.reader().head(of: id)?.sequenceNumber == 1)
            guard case .job(let work, _) = desk.work(on: .machine(id, at: 1), for: .fixture(2, .machine)),
                case .machine(let view)? = try work.step(64)
            else {
                Issue.record("the machine was not looked at")
                return
            }
            #expect(view.standing?.place.state == "cancelled")
        }
    }

    /// A desk on a store with nothing in it, whose warnings go into the journal, as does its end.
    private func desk(
        on store: InMemoryStore, _ journal: Journal, patience: Duration = .seconds(600),
        saving: @escaping @Sendable (StoredSnapshot) async throws -> Void
    ) throws -> AnswerDesk {
        let snapshots = SnapshotsBy(inner: store, saving: saving)
        let system = ActorSystem(name: "test", log: JournalLog(journal))
        let opened = OpenedStore(
            reader: store.reader(),
            host: EntityHost(system: system, events: store, snapshots: snapshots, writer: system.writerID),
            session: Session(storeName: "demo", mode: .demo, commands: .store), patience: patience,
            closeFile: { journal.add("closed") })
        return AnswerDesk(store: opened, domains: [try Tally.domain()], outbox: Outbox()) { _, _ in
            throw StoreError(.missing)
        }
    }

    /// Puts what is logged into a journal.
    private struct JournalLog: LogSink {
        let journal: Journal
        init(_ journal: Journal) { self.journal = journal }
        func record(_ entry: LogEntry) { journal.add(entry.message) }
    }

    @Test("a store that takes no commands says how it would")
    func noCommands() throws {
        let first = try AccountStore("first")
        let desk = AnswerDesk(
            store: OpenedStore(reader: first.store.reader(), host: nil, session: first.session),
            domains: try SampleDomains.all(), outbox: Outbox(), open: { _, _ in throw StoreError(.missing) })
        guard case .answer(.failed(let sentence)) = desk.work(on: .send("deposit 1", first.id), for: .fixture()) else {
            Issue.record("it was sent")
            return
        }
        #expect(sentence == "this store takes no commands; open it with --write, or use :sandbox")
    }

    /// The last number of the stream with the newest event, as the desk knows it.
    private func newest(_ desk: AnswerDesk) -> Int64? {
        guard case .answer(.head(let head)) = desk.work(on: .head(nil), for: .fixture()) else { return nil }
        return head?.sequenceNumber
    }
}
