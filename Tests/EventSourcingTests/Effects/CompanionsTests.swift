import Actors
import Testing

@testable import EventSourcing

@Suite("Companions")
struct CompanionsTests {
    @Test("companions cost an append that has none one word, and compare by what is in them")
    func size() {
        #expect(MemoryLayout<Companions>.size <= MemoryLayout<CommandRecord?>.stride + 8)
        let timer = TimerChange.arm(NewTimer("pay", deadline: .epoch))
        #expect(Companions(timers: [], outbox: []) == .none)
        #expect(Companions(timers: [timer]) == Companions(timers: [timer]))
        #expect(Companions(timers: [timer]).hashValue == Companions(timers: [timer]).hashValue)
        #expect(Companions(timers: [timer]) != Companions(timers: [timer], at: .epoch))
        #expect(Companions(timers: [timer]) != Companions(timers: [.cancel("pay")]))
    }

    @Test("a claim is a part of its own: it is compared, told, and kept by every copy that takes something else away")
    func claim() throws {
        let target = try PersistenceID("Audit", "1")
        let claim = SubscriptionClaim(
            Subscription(NewSubscription(target, workMark: 9), of: "bank"), isLagging: true)
        let lock = Lease(
            name: "Audit|1", fencingNumber: 1, acquisition: ULID(high: 1, low: 1),
            holder: WriterID(ULID(high: 1, low: 2)), acquired: .epoch, expires: .epoch)
        let companions = Companions(outbox: [NewOutboxEntry(to: "mail", payload: [])], under: lock, claim: claim)
        #expect(companions.claim == claim)
        #expect(companions != Companions(outbox: companions.outbox, under: lock))
        #expect("\(companions)".contains("bank"))
        #expect(companions.withoutLock == Companions(outbox: companions.outbox, claim: claim))
        #expect(Companions(claim: claim).withoutLock == Companions(claim: claim))
        let alone = Companions(command: CommandRecord(id: ULID(high: 1, low: 3)), claim: claim)
        #expect(alone != Companions(command: alone.command))
        #expect(alone.with(nil, under: lock).claim == claim)
        #expect(alone.with(nil, under: lock).lock == lock)
        #expect(alone.with(EffectCompanions(timers: [.cancel("pay")], outbox: [])).claim == claim)
    }
}
