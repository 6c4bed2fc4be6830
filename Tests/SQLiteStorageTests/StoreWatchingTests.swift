import Testing

@testable import SQLiteStorage

@Suite("A store that is watched")
struct StoreWatchingTests {
    @Test("a change is told again after longer and longer pauses, and then no more, however long nothing happens")
    func pauses() {
        var pauses: [Int32] = []
        var pause: Int32 = 10
        // Where there is no descriptor to watch, this goes on once a second for as long as the program runs.
        for _ in 0..<100 {
            pauses.append(pause)
            pause = StoreWatching.pause(after: pause)
        }
        #expect(pauses.prefix(7) == [10, 40, 160, 640, 2_560, 10_240, -1])
        #expect(pauses.dropFirst(6).allSatisfy { $0 == -1 })
    }
}
