/// What a row is looked up by.
struct TransitionKey: Hashable {
    var state: String
    var event: String
}
