import EventSourcing
import Glibc
import Inspection
import SQLiteStorage
import Terminal
import Workbench

extension Program {
    /// Opens a store for looking, and says what is wrong with it as a whole.
    ///
    /// - Parameters:
    ///   - path: the store file.
    ///   - showsSecrets: whether secret values are shown.
    ///   - readsWholeLog: whether a long log is gone through too, for whoever reads the whole store anyway.
    func openStore(
        _ path: String, showsSecrets: Bool = false, readsWholeLog: Bool = false
    ) throws -> HeadlessStore {
        let store = try HeadlessStore(path, domains: domains, showsSecrets: showsSecrets)
        for problem in readsWholeLog ? store.reader.allProblems : store.reader.problems {
            say("\(path, as: .name): \(problem)")
        }
        return store
    }

    /// Says where a state is not the domain's, so that nothing is passed off as it.
    func sayIfGeneric(_ domain: Domain) {
        guard domain.isGeneric else { return }
        say(
            "GENERIC FOLD: no domain \(domain.entityType, as: .name) is compiled in, so payload fields are merged by name; "
                + "--fold takes a file that says how they fold")
    }

    /// Runs a sub-command; where its file can't be looked at in place, on a copy, if the person says yes.
    func runOnCopyWhereNeeded(_ invocation: Invocation) throws -> ExitCode {
        do {
            return try invocation.subcommand.run(self, invocation)
        } catch let error as StoreError
            where error.reason == .needsRecovery && !invocation.has(.write) && !data.hasWritten
        {
            return try runOnCopy(invocation, because: error)
        }
    }

    private func runOnCopy(_ invocation: Invocation, because problem: StoreError) throws -> ExitCode {
        let address = try invocation.address(FilePresence.isThere)
        guard invocation.has(.copy) || isWanted(problem) else {
            var error = problem
            error.detail += ", with --copy"
            throw error
        }
        let copy = try copied(address.path)
        defer { SQLiteReader.removeCopy(copy) }
        say("looking at a copy of \(address.path, as: .name), as it was just now")
        var other = invocation
        other.original = address.path
        other.operands[0] =
            address.stream.map { Address(path: copy, id: $0, sequenceNumber: address.sequenceNumber).description }
            ?? copy
        return try invocation.subcommand.run(self, other)
    }

    /// Copies a store; a signal that comes meanwhile takes away what is copied before it ends the program.
    private func copied(_ path: String) throws -> String {
        let signals = HeldSignals()
        return try SQLiteReader.copyForLooking(path) { [talk] done, total in
            talk.showProgress("copying: \(RateReport.grouped(done)) of \(RateReport.grouped(total)) bytes")
            return signals.hasCome ? .stop : .next
        }
    }

    /// Asks; nobody is asked who is not there.
    private func isWanted(_ problem: StoreError) -> Bool {
        guard talk.isTerminal, isatty(0) == 1 else { return false }
        say(DisplayText(problem.description))
        talk.write("Look at a copy of it in the temporary folder? [y/N] ")
        talk.flush()
        return ["y", "yes"].contains(readLine()?.lowercased())
    }
}
