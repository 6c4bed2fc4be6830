extension ULID {
    /// The id under which what has a key is handled: the same one for a key in every process.
    package init(ofKey key: String) {
        let low = EventChecksum.digest(key)
        // The second half begins from the first one, so that both go different ways.
        self.init(high: EventChecksum.digest("\(low)/\(key)"), low: low)
    }
}
