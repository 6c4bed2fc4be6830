/// Fails unless both are equal.
func expect<Value: Equatable>(_ actual: Value, is expected: Value, _ sentence: String) throws {
    if actual != expected { throw failure(sentence, expected: show(expected), actual: show(actual)) }
}

/// Fails unless it holds.
func expect(_ condition: Bool, _ sentence: String) throws {
    if !condition { throw failure(sentence, expected: "that it holds", actual: "that it does not") }
}

/// Fails where there is nothing.
func require<Value>(_ value: Value?, _ sentence: String) throws -> Value {
    guard let value else { throw failure(sentence, expected: "a value", actual: "nil") }
    return value
}

/// Fails unless the work is refused with exactly this error.
func expectRefusal<Refusal: Error & Equatable, Answer>(
    _ expected: Refusal, _ sentence: String, _ work: () async throws -> Answer
) async throws {
    do {
        let answer = try await work()
        throw failure(sentence, expected: "a refusal: \(expected)", actual: show(answer))
    } catch let error as Refusal {
        try expect(error, is: expected, sentence)
    } catch let error as ConformanceFailure {
        throw error
    } catch {
        throw failure(sentence, expected: "a refusal: \(expected)", actual: "\(type(of: error)): \(error)")
    }
}

/// Fails unless the work throws an error of this kind, and answers it.
func expectError<Refusal: Error, Answer>(
    _ kind: Refusal.Type, _ sentence: String, _ work: () async throws -> Answer
) async throws -> Refusal {
    do {
        let answer = try await work()
        throw failure(sentence, expected: "\(kind)", actual: show(answer))
    } catch let error as Refusal {
        return error
    } catch let error as ConformanceFailure {
        throw error
    } catch {
        throw failure(sentence, expected: "\(kind)", actual: "\(type(of: error)): \(error)")
    }
}

private func failure(_ sentence: String, expected: String, actual: String) -> ConformanceFailure {
    ConformanceFailure(caseName: "", sentence: sentence, expected: expected, actual: actual)
}

/// A value as text, cut where it would fill the screen.
private func show(_ value: Any) -> String {
    let text = String(describing: value)
    return text.utf8.count <= 600 ? text : "\(text.prefix(600))… (\(text.utf8.count) bytes)"
}
