import EventSourcing
import Inspection
import Terminal
import Testing

@testable import Workbench

@Suite("Unblocking and resetting subscriptions")
struct ReactionOperatingTests {
    private func driver(_ mode: Session.Mode = .write) async throws -> WorkbenchDriver {
        let driver = try WorkbenchDriver(
            try await ReactionFixture(withOthers: true, withHostile: true).fixture,
            session: .fixture(StoreFixture.id("Sale", "sale-6"), mode: mode, commands: .store))
        driver.now = ReactionFixture.now
        driver.holds = { if case .operate = $0 { true } else { false } }
        driver.start()
        for keys in ["gR", "j"] { driver.press(keys) }
        return driver
    }

    private func asked(_ driver: WorkbenchDriver) -> [ReactionOperation] {
        for case .operate(let operations) in driver.held.map(\.question) { return operations }
        return []
    }

    @Test("what would be done is said first, and y does it to just that one", arguments: ["u", "R"])
    func chosen(key: String) async throws {
        let driver = try await driver()
        driver.press(key)
        let kind: ReactionOperation.Kind = key == "u" ? .unblock : .reset
        #expect(driver.message.hasPrefix("y/n: would \(kind.word) 1: Shipment|sale-6"))
        #expect(driver.screen().contains("y/n: would \(kind.word) 1: Shipment|sale-6"))
        #expect(asked(driver).isEmpty)
        driver.press("y")
        #expect(
            asked(driver) == [ReactionOperation(kind, [ReactionFixture.blocked], of: ReactionFixture.application)])
        driver.release(driver.held.firstIndex { if case .operate = $0.question { true } else { false } } ?? 0)
        #expect(driver.message == "done")
    }

    @Test("any other key leaves everything as it is, and does nothing else", arguments: ["n", "Enter", "j", "Esc"])
    func declined(key: String) async throws {
        let driver = try await driver()
        for keys in ["u", key] { driver.press(keys) }
        #expect(driver.message == "nothing was changed" && driver.model.reactions.cursor.selected == 1)
        #expect(driver.model.place == .reactions)
        driver.press("y")
        #expect(asked(driver).isEmpty)
    }

    @Test("all means those that are listed, and of those to be unblocked the blocked ones")
    func all() async throws {
        let driver = try await driver()
        driver.press(":")
        driver.type("unblock all")
        driver.press("Enter")
        #expect(driver.message.contains(" and 1 more; fulfilment does not run here, so only that is noted"))
        driver.press("y")
        #expect(asked(driver).map(\.targets.count) == [2])
        let other = try await self.driver()
        for keys in ["/", "A", "u", "d", "Enter", ":"] { other.press(keys) }
        other.type("reset all")
        other.press("Enter")
        #expect(other.message.contains(" and 3 more, from the first event on; fulfilment does not run here"))
        other.press("y")
        #expect(asked(other).first?.targets.allSatisfy { $0.entityType == "Audit" } == true)
        #expect(asked(other).map(\.kind) == [.reset])
    }

    @Test(
        "the question says whether reactions happen then", arguments: [ApplicationProgress.Presence.runs, .begins],
        ["u", "R"])
    func consequence(presence: ApplicationProgress.Presence, key: String) async throws {
        let driver = try await driver()
        driver.here = { view in for index in view.applications.indices { view.applications[index].presence = presence }
        }
        driver.tell(.storeChanged)
        driver.press(key)
        #expect(
            driver.message.hasSuffix(
                presence == .runs
                    ? "; then its reactions happen" : "; then fulfilment runs here, and its reactions happen"))
    }

    @Test("of a list without blocked ones none is unblocked, and of an empty one nothing is reset")
    func nothingListed() async throws {
        func said(_ line: String, _ listed: @escaping (SubscriptionView) -> Bool) async throws -> String {
            let driver = try await driver()
            driver.here = { view in view.subscriptions = view.subscriptions.filter(listed) }
            driver.tell(.storeChanged)
            driver.press(":")
            driver.type(line)
            driver.press("Enter")
            return driver.message
        }
        #expect(try await said("unblock all") { $0.standing != .blocked } == "none of these is blocked")
        #expect(try await said("reset all") { _ in false } == "there is no subscription here: gR lists them")
    }

    @Test("what is not blocked is not unblocked, and a word that means nothing is told")
    func nothing() async throws {
        let driver = try await driver()
        for keys in ["G", "u"] { driver.press(keys) }
        #expect(driver.message == "this one is not blocked" && driver.model.reactions.pending.isEmpty)
        driver.press(":")
        driver.type("reset everything")
        driver.press("Enter")
        #expect(driver.message == "say :reset for the chosen one, or :reset all for those that are listed")
        driver.press("Esc")
        driver.press(":")
        driver.type("unblock")
        driver.press("Enter")
        #expect(driver.message == "there is no subscription here: gR lists them")
    }

    @Test(
        "a store that is only looked at says how to try it, and how to change the file")
    func lookedAt() async throws {
        let driver = try await driver(.readOnly)
        for key in ["u", "R"] {
            driver.press(key)
            #expect(
                driver.message.contains(
                    "no reaction runs: :sandbox tries it on a copy, :open --write changes the file"))
            driver.press("y")
        }
        #expect(asked(driver).isEmpty)
    }

    @Test("the question stays in sight, whatever else is to be said, and is not asked where it can't be read")
    func inSight() async throws {
        let driver = try await driver()
        driver.press("u")
        var warnings = Warnings()
        warnings.add(Warning(time: StoreFixture.start, sentence: "something else"))
        driver.tell(.warned(warnings))
        driver.tell(.storeChanged)
        #expect(driver.screen().contains("y/n: would unblock 1: Shipment|sale-6"))
        driver.press("n")
        #expect(driver.screen().contains("nothing was changed"))
        driver.resize(20, 3)
        for keys in ["u", "y"] { driver.press(keys) }
        #expect(asked(driver).isEmpty && driver.model.reactions.pending.isEmpty)
    }

    @Test("^C takes the question back")
    func interrupted() async throws {
        let driver = try await driver()
        driver.press("u")
        driver.tell(.input(.interrupt))
        #expect(driver.message == "nothing was changed")
        driver.press("y")
        #expect(asked(driver).isEmpty)
    }
}
