/// Values by case: looked for one by one where they are a few, which is quicker than the hash of a name.
@usableFromInline
struct CaseTable<Name: Hashable & Sendable, Value: Sendable>: Sendable {
    @usableFromInline let names: [Name]
    @usableFromInline let values: [Value]
    @usableFromInline let indexes: [Name: Int]

    init(_ values: [Name: Value]) {
        names = Array(values.keys)
        self.values = names.compactMap { values[$0] }
        indexes = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    @inlinable var isEmpty: Bool { names.isEmpty }

    @inlinable
    func index(of name: Name) -> Int? { names.count <= 8 ? names.firstIndex(of: name) : indexes[name] }

    @inlinable
    subscript(name: Name) -> Value? {
        guard let index = index(of: name) else { return nil }
        return values[index]
    }
}
