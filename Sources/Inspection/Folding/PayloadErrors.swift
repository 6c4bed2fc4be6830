import EventSourcing

/// Tells errors about a payload from errors about a state.
enum PayloadErrors {
    /// Whether an error is about the payload alone, whatever the state is.
    static func contain(_ error: any Error) -> Bool {
        (error as? RuleFailure)?.isAboutPayload == true || error is EventCodingError || error is CodecError
            || error is JSONError || error is DecodingError
    }

    /// A clause on why an event does not fold, which names its type.
    static func reason(_ error: any Error, type: String) -> String {
        if error is EventCodingError { return "\(error)" }
        if error is RuleFailure { return "\(type): \(error)" }
        return contain(error) ? "\(type) could not be decoded: \(error)" : "\(type): \(error)"
    }
}
