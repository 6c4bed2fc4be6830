import Actors
import EventSourcingTestKit
import Testing

@testable import EventSourcing

@Suite("Commands of an entity with a durable state")
struct DurableCommandTests {
    @Test("engine 114: without a stored state the account is empty", arguments: AccountStyle.allCases)
    func empty(style: AccountStyle) throws {
        let stage = try AccountStage(style)
        #expect(try stage.balance(stage.spawn()) == 0)
        #expect(stage.store.stateWriteCount == 0)
    }

    @Test(
        "engine 115: a first state is revision 1 under its type's name, and the next command sees it",
        arguments: AccountStyle.allCases)
    func first(style: AccountStyle) throws {
        let stage = try AccountStage(style)
        let account = stage.spawn()
        stage.tell(account, .set(100))
        #expect(try stage.stored() == #"1 Account {"balance":100.0}"#)
        #expect(try stage.balance(account) == 100)
    }

    @Test(
        "engine 116: a stored state is recovered, and the next one has the next revision",
        arguments: AccountStyle.allCases)
    func recovered(style: AccountStyle) throws {
        let stage = try AccountStage(style)
        try stage.given(#"{"balance":500}"#, revision: 5)
        let account = stage.spawn()
        #expect(try stage.balance(account) == 500)
        stage.tell(account, .add(100))
        #expect(try stage.stored() == #"6 Account {"balance":600.0}"#)
    }

    @Test("engine 117: none writes nothing", arguments: AccountStyle.allCases)
    func none(style: AccountStyle) throws {
        let (stage, seen) = (try AccountStage(style), Recorder<Double>())
        let account = stage.spawn()
        for effect in [AccountEffect.persist(Account(100)), .none, .none] {
            stage.tell(
                account,
                AccountCommand("see") { _, account in
                    seen.add(account.balance)
                    return effect
                })
        }
        #expect(seen.values == [0, 100, 100])
        #expect(try stage.revision() == 1)
        #expect(stage.store.stateWriteCount == 1)
    }

    @Test("engine 118: a reply behind two states answers the second", arguments: AccountStyle.allCases)
    func reply(style: AccountStyle) throws {
        let stage = try AccountStage(style)
        let account = stage.spawn()
        stage.tell(account, .add(100), .add(100))
        #expect(try stage.balance(account) == 200)
        #expect(try stage.revision() == 2)
    }

    @Test("engine 119: stop stops, and a later command is a dead letter", arguments: AccountStyle.allCases)
    func stop(style: AccountStyle) throws {
        let (stage, log) = (try AccountStage(style), Recorder<String>())
        let account = stage.spawn()
        stage.tell(account, .doing(.stop.thenRun { _ in log.add("stopped: \(account.isStopped)") }))
        #expect(account.isStopped)
        #expect(log.values == ["stopped: false"])
        stage.tell(account, .set(1))
        #expect(stage.deadLetters == ["set 1.0: the recipient has stopped"])
        #expect(try stage.stored() == nil)
    }

    @Test("engine 120: thenRun sees each state that was written", arguments: AccountStyle.allCases)
    func thenRun(style: AccountStyle) throws {
        let (stage, log) = (try AccountStage(style), Recorder<String>())
        let account = stage.spawn()
        for balance in [100, 200] {
            stage.tell(
                account,
                .doing(.persist(Account(Double(balance))).thenRun { log.add("after-persist: \(Int($0.balance))") }))
        }
        #expect(log.values == ["after-persist: 100", "after-persist: 200"])
    }

    @Test("engine 121: thenReply answers from the state that was written", arguments: AccountStyle.allCases)
    func thenReply(style: AccountStyle) throws {
        let stage = try AccountStage(style)
        #expect(try stage.add(stage.spawn(), 100)?.get() == 100)
    }

    @Test("engine 122: three states are revisions 1, 2, 3, and the last one stands", arguments: AccountStyle.allCases)
    func three(style: AccountStyle) throws {
        let stage = try AccountStage(style)
        let account = stage.spawn()
        for balance in [100, 200, 300] as [Int64] {
            stage.tell(account, .set(Double(balance)))
            #expect(try stage.revision() == balance / 100)
        }
        #expect(try stage.stored() == #"3 Account {"balance":300.0}"#)
    }

    @Test("engine 123: the next system has what the first one wrote", arguments: AccountStyle.allCases)
    func roundTrip(style: AccountStyle) throws {
        let first = try AccountStage(style)
        first.tell(first.spawn(), .set(100), .add(200), .doing(.stop))
        let second = try AccountStage(style, on: first.store)
        let account = second.spawn()
        #expect(try second.balance(account) == 300)
        second.tell(account, .add(1))
        #expect(try second.revision() == 3)
    }

    @Test("engine 125: a wallet written as a type gets 10, 20 and 30: 60 at revision 3")
    func byType() throws {
        let stage = try AccountStage(.byType)
        let wallet = stage.spawn()
        stage.tell(wallet, .add(10), .add(20), .add(30))
        #expect(try stage.balance(wallet) == 60)
        #expect(try stage.revision() == 3)
    }

    @Test("a type may name its state itself")
    func ownCodec() throws {
        struct Wallet: DurableStateActor {
            let persistenceID: PersistenceID
            let emptyState = Account()
            var codec: SnapshotCodec<Account> { .json("wallet", version: 2) }

            func handle(
                _ context: CommandContext<AccountCommand>, _ command: AccountCommand, _ account: Account
            ) throws -> AccountEffect {
                try command.decide(context, account)
            }
        }
        let stage = try AccountStage()
        stage.tell(
            stage.spawn(Wallet(persistenceID: stage.id).durableState.withDurableStateStore(stage.store)), .set(1))
        #expect(try stage.stored() == #"1 wallet {"balance":1.0}"#)
    }

    @Test("a handler knows the entity, the revision, the time and itself", arguments: AccountStyle.allCases)
    func context(style: AccountStyle) throws {
        let (stage, seen) = (try AccountStage(style), Recorder<String>())
        let account = stage.spawn()
        let look = AccountCommand("look") { context, account in
            seen.add("\(context.persistenceID) \(context.sequenceNumber) \(context.now.microseconds)")
            seen.add("\(context.`self`.path) \(account.balance)")
            return .persist(account)
        }
        stage.tell(account, look)
        stage.scheduler.advance(by: .microseconds(5))
        stage.tell(account, look)
        #expect(
            seen.values == [
                "Account|account-1 0 1000000", "\(account.path) 0.0", "Account|account-1 1 1000005",
                "\(account.path) 0.0",
            ])
    }

    @Test(
        "a deletion empties the state, keeps the revision, and a later write goes on from it",
        arguments: AccountStyle.allCases)
    func delete(style: AccountStyle) throws {
        let (stage, log) = (try AccountStage(style), Recorder<Double>())
        let account = stage.spawn()
        stage.tell(account, .set(100), .set(200), .doing(.delete.thenRun { log.add($0.balance) }))
        #expect(log.values == [0])
        #expect(try stage.balance(account) == 0)
        #expect(try stage.stored() == nil)
        #expect(try stage.revision() == 2)
        // Also for one that is recovered behind the deletion.
        let next = try AccountStage(style, on: stage.store)
        let again = next.spawn()
        #expect(try next.balance(again) == 0)
        next.tell(again, .set(7))
        #expect(try next.stored() == #"3 Account {"balance":7.0}"#)
    }

    @Test("deleting what was never written is no error", arguments: AccountStyle.allCases)
    func deleteNothing(style: AccountStyle) throws {
        let stage = try AccountStage(style)
        let account = stage.spawn()
        let reply: Result<Double, AskError>? = stage.ask(account) { replyTo in
            .doing(.delete.thenReply(to: replyTo) { $0.balance })
        }
        #expect(try reply?.get() == 0)
        #expect(try stage.revision() == 0)
    }

    @Test("an unhandled command is a dead letter, and its hook sees the state", arguments: AccountStyle.allCases)
    func unhandled(style: AccountStyle) throws {
        let (stage, log) = (try AccountStage(style), Recorder<Double>())
        stage.tell(stage.spawn(), .set(100), .doing(.unhandled.thenRun { log.add($0.balance) }))
        #expect(stage.deadLetters == ["unhandled: the recipient does not handle it"])
        #expect(log.values == [100])
        #expect(try stage.revision() == 1)
    }

    @Test("stashed commands come back in front, in their order, and one too many is a dead letter")
    func stash() throws {
        let (stage, seen) = (try AccountStage(), Recorder<String>())
        let account = stage.spawn(stage.account().withStashCapacity(2))
        func later(_ name: String) -> AccountCommand {
            AccountCommand(name) { _, account in
                if account.balance == 0 { return .stash }
                seen.add(name)
                return .none
            }
        }
        stage.tell(account, later("a"), later("b"), later("c"))
        #expect(stage.deadLetters == ["c: the recipient's stash is full (2 messages)"])
        stage.tell(account, .doing(.persist(Account(1)).thenUnstashAll()), later("d"))
        #expect(seen.values == ["a", "b", "d"])
    }

    @Test("thenStop stops behind a state that is written", arguments: AccountStyle.allCases)
    func thenStop(style: AccountStyle) throws {
        let stage = try AccountStage(style)
        let account = stage.spawn()
        stage.tell(account, .doing(.persist(Account(5)).thenStop()))
        #expect(account.isStopped)
        #expect(try stage.stored() == #"1 Account {"balance":5.0}"#)
    }

    @Test("a command's chain goes on in what its handler and its hooks send", arguments: AccountStyle.allCases)
    func chain(style: AccountStyle) throws {
        let (stage, seen) = (try AccountStage(style), Recorder<Metadata>())
        let account = stage.spawn()
        @Sendable func look(_ then: AccountEffect) -> AccountCommand {
            AccountCommand("look") { context, _ in
                seen.add(context.metadata)
                return then
            }
        }
        let (command, chain) = (ULID(high: 1, low: 1), ULID(high: 1, low: 2))
        account.tell(
            look(.persist(Account(1)).thenRun { _ in account.tell(look(.none)) }),
            as: Metadata(correlationID: chain, commandID: command, values: ["user": "7"]))
        stage.scheduler.drain()
        #expect(seen.values.map(\.correlationID) == [chain, chain])
        #expect(seen.values.map(\.commandID) == [command, nil])
        #expect(seen.values.map(\.causationID) == [command, command])
        #expect(seen.values.first?.values == ["user": "7"])
    }
}
