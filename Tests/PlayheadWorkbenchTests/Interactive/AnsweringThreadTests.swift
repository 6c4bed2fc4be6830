import Actors
import EventSourcing
import Inspection
import SampleDomain
import Testing
import Workbench

@testable import PlayheadWorkbench

@Suite("The answering thread")
struct AnsweringThreadTests {
    private let answering = AnsweringThread()
    private let journal = Journal()

    private func ask(_ question: Question, _ request: Request = .fixture()) {
        answering.outbox.expectAnswer(to: request)
        answering.inbox.post { $0.questions.append((request, question)) }
    }

    @Test("a store that can't be opened is told to whoever starts it, and the thread has ended")
    func unreadable() async throws {
        try await onOwnThread {
            let error = #expect(throws: StoreError.self) {
                try answering.start(domains: []) { _, _ in
                    journal.add("open")
                    throw StoreError(.notAStore, file: "a.db")
                }
            }
            #expect(error?.reason == .notAStore)
            #expect(journal.lines == ["open"])
            #expect(answering.outbox.failure == nil)
            #expect(answering.outbox.isQuiet)
            answering.end()
        }
    }

    @Test("a store that is held is tried again and told of, and then answers what was asked meanwhile")
    func heldForAWhile() async throws {
        let account = try AccountStore("held")
        try await onOwnThread {
            let listener = Listener(answering.outbox)
            try answering.start(domains: [], patience: .seconds(600), pause: 1) { path, forWriting in
                #expect(path == nil && !forWriting)
                journal.add("open")
                if journal.lines.count < 4 { throw StoreError(.busy) }
                return account.opened()
            }
            ask(.head(nil))
            let messages = try listener.messagesWithAnswer()
            let tries = messages.compactMap { message -> Int? in
                if case .progress(_, .retrying(let times)) = message { times } else { nil }
            }
            #expect(tries == [1, 2, 3])
            guard case .answer(let request, .head(let head)) = messages.last, request == .fixture() else {
                Issue.record("\(messages)")
                return
            }
            #expect(head?.persistenceID == account.id)
            #expect(journal.lines.count == 4)
            #expect(answering.outbox.failure == nil)
            answering.end()
        }
    }

    @Test(
        "a store that can't be opened after it was held is a sentence for the one who waits",
        arguments: [StoreError(.corrupt, file: "a.db"), StoreError(.busy, file: "a.db")])
    func heldForGood(_ last: StoreError) async throws {
        try await onOwnThread {
            let listener = Listener(answering.outbox)
            // Each try takes three seconds of the clock, so the patience is over with the second.
            let clock = HandClock()
            try answering.start(domains: [], patience: .seconds(5), pause: 1, now: { clock.now }) { _, _ in
                journal.add("open")
                clock.advance(by: .seconds(3))
                throw journal.lines.count == 1 ? StoreError(.busy, file: "a.db") : last
            }
            while answering.outbox.failure == nil { try listener.wait() }
            #expect(answering.outbox.failure == "\(last)")
            #expect(journal.lines.count == 2)
            answering.end()
        }
    }

    @Test("the end is waited for at once, also while a store is held, and it is not tried again")
    func endWhileHeld() async throws {
        try await onOwnThread {
            try answering.start(domains: [], patience: .seconds(600), pause: 600_000) { _, _ in
                journal.add("open")
                throw StoreError(.busy)
            }
            answering.end()
            #expect(journal.lines == ["open"])
        }
    }

    @Test("the end waits until what was sent is answered and the store is closed")
    func end() async throws {
        let account = try AccountStore("first")
        try await onOwnThread {
            let listener = Listener(answering.outbox)
            let gated = GatedStore(account.store) { journal.add("appended") }
            try answering.start(domains: try SampleDomains.all()) { _, _ in
                account.opened(commandsTo: gated) { journal.add("closed") }
            }
            ask(.send("deposit 100", account.id), .fixture(1, .command(1)))
            // An answer to what was asked later says that the command is under way.
            ask(.overview, .fixture(2, .overview))
            guard case .overview = try listener.answer() else {
                Issue.record("the overview was not answered first")
                return
            }
            #expect(journal.lines.isEmpty)
            gated.open()
            answering.end()
            #expect(journal.lines == ["appended", "closed"])
            #expect(answering.outbox.takeAll().count == 1)
            #expect(answering.outbox.isQuiet)
        }
    }

    @Test("the end is waited for no longer than there is time, and what was under way is done meanwhile")
    func hastyEnd() async throws {
        let account = try AccountStore("first")
        try await onOwnThread {
            let closed = Wakeup()
            let listener = Listener(answering.outbox)
            let gated = GatedStore(account.store) { journal.add("appended") }
            try answering.start(domains: try SampleDomains.all()) { _, _ in
                account.opened(commandsTo: gated) { closed.ring() }
            }
            ask(.send("deposit 100", account.id), .fixture(1, .command(1)))
            // An answer to what was asked later says that the command is under way.
            ask(.overview, .fixture(2, .overview))
            guard case .overview = try listener.answer() else {
                Issue.record("the overview was not answered first")
                return
            }
            #expect(!answering.end(within: .milliseconds(1)))
            #expect(journal.lines.isEmpty)
            gated.open()
            #expect(closed.wait(milliseconds: 600_000))
            #expect(answering.end(), "it has ended already")
        }
    }

    @Test("a question that is cancelled before it is begun is not answered, and nobody waits for it")
    func cancelled() async throws {
        let account = try AccountStore("first")
        try await onOwnThread {
            let listener = Listener(answering.outbox)
            for number in UInt64(1)...2 { answering.outbox.expectAnswer(to: .fixture(number)) }
            answering.inbox.post { mail in
                mail.questions = [(.fixture(1), .head(nil)), (.fixture(2), .overview)]
                mail.cancelled = [.fixture(1)]
            }
            try answering.start(domains: []) { _, _ in account.opened() }
            let messages = try listener.messagesWithAnswer()
            #expect(messages.count == 1)
            guard case .answer(let request, .overview) = messages.first, request == .fixture(2) else {
                Issue.record("\(messages)")
                return
            }
            #expect(answering.outbox.isQuiet)
            answering.end()
        }
    }
}
