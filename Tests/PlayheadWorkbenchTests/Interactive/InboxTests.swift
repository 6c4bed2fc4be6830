import Actors
import Testing
import Workbench

@testable import PlayheadWorkbench

@Suite("The inbox of the answering thread")
struct InboxTests {
    private let inbox = Inbox()

    @Test("everything that came is taken at once, in its order, and only once")
    func taking() {
        inbox.post { $0.questions.append((.fixture(1), .overview)) }
        inbox.post { $0.questions.append((.fixture(2), .head(nil))) }
        inbox.post { $0.cancelled.insert(.fixture(1)) }
        inbox.post { $0.revealsSecrets = true }
        let mail = inbox.take(wait: .forEver)
        #expect(mail.questions.map(\.question) == [.overview, .head(nil)])
        #expect(mail.cancelled == [.fixture(1)])
        #expect(mail.revealsSecrets == true)
        #expect(!mail.isClosed)
        #expect(inbox.take(wait: .no).isEmpty)
        #expect(inbox.take(wait: .atMost(milliseconds: 1)).isEmpty)
    }

    @Test("who waits for ever is woken by what comes, whoever was first")
    func waking() async throws {
        for number in UInt64(1)...50 {
            async let taken = onOwnThread { [inbox] in inbox.take(wait: .forEver).questions.map(\.request) }
            inbox.post { $0.questions.append((.fixture(number), .overview)) }
            #expect(try await taken == [.fixture(number)])
        }
    }

    @Test("what is closed stays closed, however often it is looked at")
    func closing() {
        #expect(!inbox.isClosed(within: 1))
        inbox.post { $0.isClosed = true }
        for _ in 1...3 { #expect(inbox.take(wait: .forEver).isClosed) }
        #expect(inbox.isClosed(within: 60_000))
    }

    @Test("what comes while somebody waits for the end is kept")
    func keeping() {
        inbox.post { $0.questions.append((.fixture(), .overview)) }
        #expect(!inbox.isClosed(within: 1))
        #expect(inbox.take(wait: .forEver).questions.map(\.request) == [.fixture()])
    }
}
