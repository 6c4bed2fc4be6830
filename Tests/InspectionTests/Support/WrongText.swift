import Testing

/// A text that somebody wrote, and what is wrong with it, with the place.
struct WrongText: Sendable, CustomTestStringConvertible {
    var text: String
    var error: String
    var testDescription: String { error }

    init(_ text: String, _ error: String) {
        self.text = text
        self.error = error
    }
}
