/// Looks at how Swift itself calls the case of a value, to compare it with what the value says of itself.
enum CaseLabel {
    /// The name of the value's case in its declaration; nil for what is no enum, or describes itself in words of its own.
    static func declared(of value: some Any) -> String? {
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .enum else { return nil }
        if let label = mirror.children.first?.label { return label }
        if value is any CustomStringConvertible || value is any CustomDebugStringConvertible { return nil }
        return String(describing: value)
    }

    /// The two names of a value that does not tell the case that it is; nil for one that does, or where nobody can know.
    static func contradiction<Value: MachineCases>(in value: Value) -> (declared: String, said: String)? {
        guard let declared = declared(of: value), let said = Self.declared(of: value.name), declared != said
        else { return nil }
        return (declared, said)
    }
}
