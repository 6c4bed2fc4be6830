public import EventSourcing

extension Machine where State: StoredCases, Event: StoredCases {
    /// Holds one lock of an instance over several sends.
    ///
    ///     let locks = LeaseLockProvider(store, .standard)
    ///     try await orders.atomically("order-1", at: ref, under: locks, in: system) { order in
    ///         try await order.send(.pay(payment))
    ///         if try await order.instance().current == .paid(payment) { try await order.send(.ship) }
    ///     }
    ///
    /// Nobody else's event comes between them, as long as all that send to the instance lock it in the same store. The lock is
    /// given back when `body` has ended, also by an error or a cancellation; what was sent by then stands. One that is taken
    /// within it, by the same task or by an instance that locks each event, is this one.
    ///
    /// What somebody else sends meanwhile to an instance that locks each event waits for the lock, and what `body` sends goes
    /// before it.
    ///
    /// Throws what `body` throws, `LockError`, `CancellationError` where the task is cancelled while it waits, `StoreError`
    /// and `PersistenceIDError`.
    ///
    /// - Parameters:
    ///   - id: the instance's own id.
    ///   - instance: the instance with this id.
    ///   - locks: where the lock is taken; the store of the instance, which then keeps a program that was paused
    ///     from writing. Over another store it must not check appends.
    ///   - system: whose clock and timers the lock goes by.
    ///   - policy: what becomes of `body` when the lock is lost.
    ///   - body: what is done under the lock.
    public func atomically<Result: Sendable>(
        _ id: String, at instance: ActorRef<MachineCommand<State, Event>>, under locks: LeaseLockProvider,
        in system: ActorSystem, whenLost policy: LockLossPolicy = .failFast,
        _ body: @escaping @Sendable (LockedInstance<State, Event>) async throws -> Result
    ) async throws -> Result {
        try await locks.withLock(of: PersistenceID(name, id), in: system, whenLost: policy) { lock in
            try await body(LockedInstance(address: instance, lock: lock))
        }
    }
}
