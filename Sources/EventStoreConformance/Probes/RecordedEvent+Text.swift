import EventSourcing

extension RecordedEvent {
    /// The payload, read as text: the cases write short texts.
    var text: String { String(decoding: payload, as: UTF8.self) }
}
