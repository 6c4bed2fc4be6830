import EventSourcing
import Inspection
import SQLiteStorage
import Terminal
import Workbench

/// The workbench on the terminal; what the program does when no sub-command is named.
enum WorkbenchCommand {
    static let description = Subcommand(
        name: "", summary: "Open the workbench on a store, or on a live demo store.",
        operands: [.init(name: "FILE[#STREAM[@N]]", isOptional: true)],
        options: [.write, .sandbox, .theme, .color, .ascii, .copy, .fold, .machine],
        notes: [
            "A file is opened for looking, and not a byte of it changes; its commands run on a sandbox copy.",
            DomainFiles.machineNote
                + " Without a store it is played with in memory, and with --write a store that is not there is made.",
        ],
        example: "Samples/orders.db", run: run)

    @Sendable static func run(_ program: Program, _ invocation: Invocation) throws -> ExitCode {
        if invocation.has(.write), invocation.has(.sandbox) {
            throw UsageError("--write and --sandbox exclude each other: commands go to the file, or to a copy.")
        }
        if invocation.operands.isEmpty, let option = [Option.write, .sandbox].first(where: { invocation.has($0) }) {
            throw UsageError("\(option.name) needs a store file; the demo store takes commands as it is.")
        }
        var choice = try invocation.storeChoice(
            mode: invocation.has(.write) ? .write : invocation.has(.sandbox) ? .sandbox : .readOnly,
            domains: program.domains)
        if let path = choice.path, invocation.isAboutNewStore(path) {
            guard choice.mode == .write else {
                throw UsageError(
                    "\(path) is not there; with --write it is a new store, and without a file you play in memory.")
            }
            try program.openToWrite(path, isNew: true).close()
        }
        choice.themeName = try invocation.themeName()
        let options = ScreenOptions(color: try invocation.color(), ascii: invocation.has(.ascii))
        try InteractiveSession.run(
            choice, options: options, domains: program.domains, demo: program.sample, known: program.fileWarnings,
            warned: program.say)
        return .fine
    }
}

extension Invocation {
    /// The store that the workbench is to show: the first operand, or the demo store; where nothing is there yet and no
    /// stream is named, an instance of the machine that a file describes.
    func storeChoice(mode: Session.Mode, domains: [Domain]) throws -> StoreChoice {
        guard !operands.isEmpty else { return StoreChoice(mode: .demo, stream: try firstInstance(domains)) }
        let address = try address(FilePresence.isThere)
        let stream = try address.stream ?? (isAboutNewStore(address.path) ? firstInstance(domains) : nil)
        return StoreChoice(path: address.path, mode: mode, stream: stream, sequenceNumber: address.sequenceNumber)
    }

    /// An instance to play with where there is no store yet: the first of the first machine that a file describes.
    private func firstInstance(_ domains: [Domain]) throws -> PersistenceID? {
        guard has(.machine), let machine = domains.first(where: { $0.ruleFile == lists[.machine]?.first }) else {
            return nil
        }
        return try PersistenceID(machine.entityType, "1")
    }

    /// The theme's name; throws for one that is not there.
    func themeName() throws -> String {
        guard let name = text(.theme) else { return Theme.standard.name }
        if Theme.shippedNames.contains(name) { return name }
        throw UsageError(
            "There is no theme '\(name)'; did you mean \(NearestName.of(name, among: Theme.shippedNames))? There are "
                + "\(Theme.shippedNames.joined(separator: ", ")).")
    }

    /// The value of `--color`; throws for an unknown one.
    func color() throws -> String? {
        guard let word = text(.color) else { return nil }
        if ColorDepth.options.contains(word) { return word }
        throw UsageError("--color takes \(ColorDepth.options.joined(separator: ", ")), and '\(word)' is none of them.")
    }
}
