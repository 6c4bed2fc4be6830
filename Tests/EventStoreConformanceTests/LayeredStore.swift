import Actors
import EventSourcing
import TestSupport

/// A store whose first writes go into a store in memory, and the rest into a sandbox over it.
final class LayeredStore: ForwardingStore {
    let base: InMemoryStore
    let sandbox: SandboxStore
    private let writesLeft: Locked<Int>

    init(writesBeneath: Int) {
        let base = InMemoryStore()
        self.base = base
        sandbox = SandboxStore(over: base.reader())
        writesLeft = Locked(writesBeneath)
    }

    func target(isWrite: Bool) -> any EventStore & SnapshotStore {
        guard isWrite else { return sandbox }
        return writesLeft.withLock { left in
            left -= 1
            return left >= 0 ? base : sandbox
        }
    }

    func reader() -> any StoreReader { sandbox.reader() }
}
