import Actors
import EventSourcing
import Inspection
import SQLiteStorage
import Workbench

/// A store that was opened for the workbench: how it is read, and what commands run on.
struct OpenedStore {
    /// Reads it; owned by the answering thread.
    let reader: any StoreReader
    /// Where commands go; nil where there is no way.
    let host: EntityHost?
    /// What is shown of it.
    let session: Session
    /// Tells of changes by other processes; nil for a store in memory.
    var watching: StoreWatching?
    /// How long its entities may take to stop.
    var patience = Duration.seconds(5)
    /// Closes the file, after every entity has stopped.
    var closeFile: () -> Void = {}

    /// Stops the entities, and closes the store; nothing that was acknowledged is lost.
    func close() {
        watching?.stop()
        host?.system.stopEntities(within: patience)
        closeFile()
    }
}

/// What to open, and how.
struct StoreChoice: Sendable {
    /// Nil for the demo store.
    var path: String?
    /// How a file is opened.
    var mode: Session.Mode
    var stream: PersistenceID?
    var sequenceNumber: Int64?
    var themeName = "dusk"

    /// What is known of the session before the store is open.
    var session: Session {
        Session(
            storeName: path.map { $0.split(separator: "/").last.map(String.init) ?? $0 } ?? "demo", path: path,
            mode: mode, commands: mode == .readOnly ? .sandboxCopy : .store, stream: stream,
            sequenceNumber: sequenceNumber, themeName: themeName)
    }

    /// Opens it; throws `StoreError`.
    ///
    /// - Parameters:
    ///   - demo: what the demo store is filled with; asked only where there is no file.
    ///   - changed: called, from any thread, when the store holds something else than before, whoever wrote it.
    ///   - log: what the engine warns of.
    ///   - noted: called with a sentence before the file gets another layout.
    func open(
        demo: SampleSource?, changed: @escaping @Sendable () -> Void, log: any LogSink,
        noted: (String) -> Void = { _ in }
    ) throws -> OpenedStore {
        let system = ActorSystem(name: "playhead", log: log)
        guard let path else { return try openDemo(demo, on: system, changed: changed) }
        switch mode {
        case .write:
            // The screen is told at once that a store is held; it is this caller's business to try again.
            var options = SQLiteStoreOptions(migration: .afterBackup)
            options.openingTimeout = .zero
            let store = try SQLiteStore.open(path, options: options) { noted("\($0)") }
            let reader = try SQLiteReader(path, trust: .own)
            return OpenedStore(
                reader: reader,
                host: EntityHost(system: system, events: store, snapshots: store, writer: system.writerID),
                session: session, watching: StoreWatching(path, changed: changed),
                closeFile: {
                    reader.close()
                    store.close()
                })
        case .readOnly, .sandbox, .demo:
            let sandbox = SandboxStore(over: try SQLiteReader(path))
            sandbox.onChange(changed)
            return OpenedStore(
                reader: sandbox.reader(),
                host: EntityHost(system: system, events: sandbox, snapshots: sandbox, writer: system.writerID),
                session: session, watching: StoreWatching(path, changed: changed))
        }
    }

    private func openDemo(
        _ demo: SampleSource?, on system: ActorSystem, changed: @escaping @Sendable () -> Void
    ) throws -> OpenedStore {
        let store = InMemoryStore()
        try demo?.fill(store)
        store.onChange(changed)
        return OpenedStore(
            reader: store.reader(),
            host: EntityHost(system: system, events: store, snapshots: store, writer: system.writerID),
            session: session)
    }
}
