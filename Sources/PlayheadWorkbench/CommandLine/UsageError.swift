/// The program was called in a way that it does not understand; the sentence says what would be right.
struct UsageError: Error, Hashable, CustomStringConvertible {
    let sentence: String
    init(_ sentence: String) { self.sentence = sentence }
    var description: String { sentence }
}
