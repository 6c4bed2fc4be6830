import Actors
import EventSourcing
import Testing

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
}
