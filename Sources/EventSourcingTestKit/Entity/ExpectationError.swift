/// What a test expected did not come true.
///
/// It is thrown, so that it fails a test in any testing library.
public struct ExpectationError: Error, Hashable, CustomStringConvertible {
    /// A sentence that says what was expected and what was found; values stand in it as they describe themselves.
    public let description: String

    init(_ sentence: String, at place: SourcePlace? = nil) {
        description = place.map { "\($0.fileID):\($0.line): \(sentence)" } ?? sentence
    }
}

/// Where in a test an expectation stands.
struct SourcePlace {
    let fileID: String
    let line: Int
}
