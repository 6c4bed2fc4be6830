/// What could stand at the cursor of a line that is being typed.
public struct Completion: Hashable, Sendable {
    /// One thing that could stand there.
    public struct Candidate: Hashable, Sendable {
        /// The whole word, as it is typed.
        public var text: String
        /// What it means.
        public var summary: String

        /// Describes a candidate.
        public init(text: String, summary: String) {
            self.text = text
            self.summary = summary
        }
    }

    /// The scalars of the line that a candidate takes the place of.
    public var replaces: Range<Int>
    /// What could stand there, in the order in which it is described; empty where nothing fits.
    public var candidates: [Candidate]
    /// How the command is typed, where it is known already.
    public var usage: String?

    /// Describes what could stand at a cursor.
    public init(replaces: Range<Int>, candidates: [Candidate], usage: String? = nil) {
        self.replaces = replaces
        self.candidates = candidates
        self.usage = usage
    }
}
