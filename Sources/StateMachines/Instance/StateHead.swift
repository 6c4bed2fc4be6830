/// What is known of a state before it is encoded.
@usableFromInline
struct StateHead: Sendable {
    /// Its row in the registry.
    @usableFromInline let row: Int
    /// The members of a transition before what the state carries.
    @usableFromInline let text: [UInt8]

    init(_ name: String, row: Int) {
        self.row = row
        text = JSONBytes.head(ofState: name)
    }
}
