import Actors
import EventSourcing
import Inspection

/// Sends commands one after the other, in the order in which they were typed.
final class SendingLine {
    private var last: Task<Void, Never>?
    private let introduction: Introduction?

    init(_ host: EntityHost?) {
        introduction = host.map { Introduction($0) }
    }

    /// Sends when everything before it has been answered.
    func add(_ send: @escaping @Sendable () async -> Void) {
        let (before, introduction) = (last, introduction)
        last = Task {
            await before?.value
            await introduction?.make()
            await send()
        }
    }

    /// Waits until everything has been answered; every command has its own time-out, so this ends.
    func finish() {
        guard let last else { return }
        let done = Wakeup()
        Task {
            await last.value
            done.ring()
        }
        done.wait()
    }
}

/// Tells a store who writes, before the first command; a store that can't be told now is told with the next one.
private actor Introduction {
    private let host: EntityHost
    private var isMade = false

    init(_ host: EntityHost) { self.host = host }

    func make() async {
        guard !isMade else { return }
        do {
            try await host.events.register(.here(host.system, program: "playhead"))
            isMade = true
        } catch {
            isMade = false
        }
    }
}
