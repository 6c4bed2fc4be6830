import Actors
import EventSourcing
import Inspection
import Testing

@testable import PlayheadWorkbench

@Suite("The line of commands")
struct SendingLineTests {
    @Test("each command waits for the one before, and the end waits for all of them")
    func order() async throws {
        let (journal, gate) = (Journal(), Gate())
        try await onOwnThread {
            let line = SendingLine(nil)
            line.add {
                await gate.passed()
                journal.add("1")
            }
            for number in 2...20 { line.add { journal.add("\(number)") } }
            #expect(journal.lines.isEmpty)
            gate.open()
            line.finish()
            #expect(journal.lines == (1...20).map(String.init))
            line.finish()
        }
    }

    @Test("a line into which nothing was sent ends at once")
    func empty() { SendingLine(nil).finish() }

    @Test("the store is told who writes before the first command, and once")
    func introduction() async throws {
        let store = InMemoryStore()
        let system = ActorSystem(name: "test")
        let host = EntityHost(system: system, events: store, snapshots: nil, writer: system.writerID)
        let programs = try await onOwnThread {
            let (line, seen) = (SendingLine(host), Journal())
            for _ in 1...2 {
                line.add {
                    let writers = (try? store.reader().writers()) ?? []
                    seen.add(writers.map { "\($0.id == system.writerID) \($0.program)" }.joined(separator: ", "))
                }
            }
            line.finish()
            return seen.lines
        }
        #expect(programs == ["true playhead", "true playhead"])
    }
}
