/// One value of a scanned JSON text: where its bytes stand, and how it hangs together with the others.
///
/// Nodes lie in document order, so the first child of node n is n + 1 and `next` skips a whole subtree.
struct JSONNode {
    enum Kind: UInt8 {
        case null, bool, number, string, array, object
    }

    struct Flags: OptionSet {
        let rawValue: UInt8

        /// A string with escapes, or a number with fraction or exponent.
        static let complex = Flags(rawValue: 1)
        /// A string with bytes beyond ASCII.
        static let beyondASCII = Flags(rawValue: 2)
        /// A string with raw control characters, which only the tolerant reader lets pass.
        static let control = Flags(rawValue: 4)
        /// `true`.
        static let isTrue = Flags(rawValue: 8)
        /// A member whose key comes again later in its object.
        static let superseded = Flags(rawValue: 16)
        /// An object whose keys are found through a dictionary: very many of them, or written with escapes.
        static let indexed = Flags(rawValue: 32)
    }

    /// The key's bytes between its quotes; length 0 for what is not a member.
    var keyStart: UInt32 = 0
    var keyLength: UInt32 = 0
    /// The value's bytes; a string's are those between its quotes.
    var start: UInt32 = 0
    var length: UInt32 = 0
    /// The array or object around this node, -1 for the root.
    var parent: Int32 = -1
    /// The node after this one's last descendant.
    var next: Int32 = 0
    /// How many elements or members there are.
    var count: Int32 = 0
    /// In an object, the child that is probably asked for next.
    var cursor: Int32 = 0
    /// In an object, a bit for each key that was met, to find those that come twice.
    var seen: UInt64 = 0
    var kind: Kind = .null
    var flags: Flags = []
    var keyFlags: Flags = []

    /// What is read where there is no value.
    static let absent = JSONNode()
}
