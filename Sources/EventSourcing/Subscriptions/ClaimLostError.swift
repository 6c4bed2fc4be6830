/// What was to be written under a claim is not its holder's to write any more: the claim has ended, or another one has
/// followed; nothing was written.
public struct ClaimLostError: Error, Hashable, CustomStringConvertible {
    /// The application.
    public var application: String
    /// The target that was claimed.
    public var target: PersistenceID
    /// The number of the claim.
    public var fencingNumber: Int64
    /// The number of the last claim; nil where the target is not subscribed.
    public var currentFencingNumber: Int64?
    /// Who has claimed it now, be it that the lease has run out; nil where nobody has.
    public var currentHolder: WriterID?

    /// Describes a loss.
    public init(
        application: String, target: PersistenceID, fencingNumber: Int64, currentFencingNumber: Int64? = nil,
        currentHolder: WriterID? = nil
    ) {
        self.application = application
        self.target = target
        self.fencingNumber = fencingNumber
        self.currentFencingNumber = currentFencingNumber
        self.currentHolder = currentHolder
    }

    /// A sentence that names the claim, and who has it now.
    public var description: String {
        let loss = "the claim of \(target) in the application '\(application)' with the fencing number \(fencingNumber)"
        guard let currentFencingNumber else { return "\(loss) is none: \(target) is not subscribed there" }
        guard let currentHolder else {
            return "\(loss) has ended: it was acknowledged, blocked or reset; whoever claims it next goes on"
        }
        return "\(loss) was lost to writer \(currentHolder), who has the fencing number \(currentFencingNumber)"
    }
}
