/// A command line that was understood: the sub-command, its operands, and its options with their values.
struct Invocation: Sendable {
    let subcommand: Subcommand
    var operands: [String] = []
    var options: [Option: String] = [:]
    /// The values of the options that may be given more than once, in their order.
    var lists: [Option: [String]] = [:]

    /// The store as the person named it, where a copy of it is looked at.
    var original: String?

    func has(_ option: Option) -> Bool { options[option] != nil || lists[option] != nil }

    func text(_ option: Option) -> String? { options[option] }

    /// The value of an option that takes a whole number from `least` on.
    func number(_ option: Option, atLeast least: Int64 = 0) throws -> Int64? {
        guard let text = options[option] else { return nil }
        guard let number = Int64(text), number >= least else {
            throw UsageError("\(option.name) takes a whole number from \(least) on, and '\(text)' is not one.")
        }
        return number
    }

    /// The first operand as an address; its presence was checked when the line was read.
    func address(_ exists: (String) -> Bool) throws -> StoreAddress {
        try StoreAddress(operands.first ?? "", exists: exists)
    }
}
