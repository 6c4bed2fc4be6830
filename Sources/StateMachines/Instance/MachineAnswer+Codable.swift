import EventSourcing

/// A state by the name of its case, with what it carries.
private struct StoredState: Codable {
    var name: String
    var version: Int
    var values: JSONValue

    init<State: StoredCases>(_ state: State) throws {
        let (name, version, payload) = try State.registry(of: [state.name.rawValue]).encode(state)
        self.name = name
        self.version = version
        values = try JSONReader().read(payload).value
    }

    func state<State: StoredCases>(as type: State.Type = State.self) throws -> State {
        var bytes: [UInt8] = []
        values.write(into: &bytes)
        return try bytes.withUnsafeBytes {
            try State.registry(of: [name]).decode(type: name, version: version, payload: $0)
        }
    }
}

// An answer is kept with the id of its command, for a repetition.
extension MachineAnswer: Codable where State: StoredCases {
    private enum CodingKeys: String, CodingKey {
        case number, from, to, stayed, stop
    }

    /// Reads an answer to an event that was taken.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let outcome: Transition<State>.Outcome =
            if let reason = try container.decodeIfPresent(String.self, forKey: .stop) {
                .stopped(reason: reason)
            } else if let state = try container.decodeIfPresent(StoredState.self, forKey: .stayed) {
                .stayed(in: try state.state())
            } else {
                .moved(
                    from: try container.decode(StoredState.self, forKey: .from).state(),
                    to: try container.decode(StoredState.self, forKey: .to).state())
            }
        let number = try container.decode(Int64.self, forKey: .number)
        self = .taken(Transition(outcome: outcome, sequenceNumber: number, effectsFailed: []))
    }

    /// Writes an answer to an event that was taken; throws the error of one that was refused, which is never kept.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .refused(let error): throw error
        case .taken(let transition):
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(transition.sequenceNumber, forKey: .number)
            switch transition.outcome {
            case .moved(let from, let to):
                try container.encode(StoredState(from), forKey: .from)
                try container.encode(StoredState(to), forKey: .to)
            case .stayed(let state): try container.encode(StoredState(state), forKey: .stayed)
            case .stopped(let reason): try container.encode(reason, forKey: .stop)
            }
        }
    }
}
