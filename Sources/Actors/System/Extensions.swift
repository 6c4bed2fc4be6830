/// What layers above keep once for each system, by its type.
final class Extensions: Sendable {
    private let values = Locked<[ObjectIdentifier: any Sendable]>([:])

    func value<Value: Sendable>(of type: Value.Type, orMake make: () -> Value) -> Value {
        values.withLock { values in
            if let value = values[ObjectIdentifier(type)] as? Value { return value }
            let value = make()
            values[ObjectIdentifier(type)] = value
            return value
        }
    }
}

extension ActorSystem {
    /// What a layer above keeps once for this system; made at the first call, and the same one ever after.
    package func value<Value: Sendable>(of type: Value.Type, orMake make: () -> Value) -> Value {
        extensions.value(of: type, orMake: make)
    }
}
