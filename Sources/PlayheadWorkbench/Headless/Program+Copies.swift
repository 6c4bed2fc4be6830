import EventSourcing
import Glibc
import SQLiteStorage
import Terminal

extension Program {
    /// Runs a sub-command; where its file can't be looked at in place, on a copy, if the person says yes.
    func runOnCopyWhereNeeded(_ invocation: Invocation) throws -> ExitCode {
        do {
            return try invocation.subcommand.run(self, invocation)
        } catch let error as StoreError where error.reason == .needsRecovery && !invocation.has(.write) {
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
        let copy = try SQLiteReader.copyForLooking(address.path) { [talk] done, total in
            talk.showProgress("copying: \(RateReport.grouped(done)) of \(RateReport.grouped(total)) bytes")
            return .next
        }
        defer { SQLiteReader.removeCopy(copy) }
        say("looking at a copy of \(address.path, as: .name), as it was just now")
        var other = invocation
        other.operands[0] = copy + invocation.operands[0].dropFirst(address.path.count)
        return try invocation.subcommand.run(self, other)
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
