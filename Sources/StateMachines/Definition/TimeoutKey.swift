/// What a timeout is known by.
struct TimeoutKey: Hashable {
    var state: String
    var name: String
}
