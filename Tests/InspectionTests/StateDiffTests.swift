import EventSourcing
import TestSupport
import Testing

@testable import Inspection

@Suite("What differs between two states")
struct StateDiffTests {
    private func text(_ old: JSONValue, _ new: JSONValue) -> [String] {
        StateDiff.changes(from: old, to: new).map { change in
            let sign =
                switch change.kind {
                case .added: "+"
                case .changed: "~"
                case .removed: "-"
                }
            return "\(sign)\(change.path) \(change.before?.compactText ?? "") \(change.after?.compactText ?? "")"
        }
    }

    @Test("equal states don't differ, also with their keys in another order")
    func equal() {
        #expect(text(["a": 1, "b": [1, 2]], ["b": [1, 2], "a": 1]).isEmpty)
        #expect(StateDiff.areSame(["a": 1, "b": 2], ["b": 2, "a": 1]))
        #expect(!StateDiff.areSame(["a": 1], ["a": 1.0]))
    }

    @Test("leaves are told one by one, in the order of the newer tree, what went where it stood")
    func leaves() {
        #expect(
            text(
                ["a": 1, "gone": ["x": 1], "b": ["c": "old", "d": nil], "z": 0],
                ["a": 2, "b": ["c": "new", "d": nil], "came": [1], "z": 0])
                == ["~a 1 2", "-gone {\"x\":1} ", "~b.c \"old\" \"new\"", "+came  [1]"])
    }

    @Test("another kind of value is one difference at its place")
    func kinds() {
        #expect(text(["a": [1]], ["a": ["b": 1]]) == ["~a [1] {\"b\":1}"])
        #expect(text(1, 2) == ["~state 1 2"])
        #expect(text(["a": nil], [:]) == ["-a null "])
    }

    @Test("arrays of things with an id are matched by it")
    func identities() {
        let old: JSONValue = ["items": [["sku": "a", "qty": 1], ["sku": "b", "qty": 2]]]
        let new: JSONValue = ["items": [["sku": "b", "qty": 3], ["sku": "c", "qty": 1]]]
        #expect(
            text(old, new) == [
                "-items[0] {\"sku\":\"a\",\"qty\":1} ", "~items[0].qty 2 3", "+items[1]  {\"sku\":\"c\",\"qty\":1}",
            ])
    }

    @Test("arrays without ids, or with one twice, are matched by place")
    func places() {
        #expect(text([1, 2, 3], [1, 9]) == ["~[1] 2 9", "-[2] 3 "])
        #expect(text([], [1]) == ["+[0]  1"])
        let twice: JSONValue = [["id": 1, "n": 1], ["id": 1, "n": 2]]
        #expect(text(twice, [["id": 1, "n": 1], ["id": 1, "n": 3]]) == ["~[1].n 2 3"])
    }

    @Test("the same things in another order are a changed array")
    func order() {
        #expect(
            text([["id": 1], ["id": 2]], [["id": 2], ["id": 1]])
                == ["~state [{\"id\":1},{\"id\":2}] [{\"id\":2},{\"id\":1}]"])
    }

    @Test("a difference always shows, and none where there is none", arguments: 1...5 as ClosedRange<UInt64>)
    func random(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        func value(_ depth: Int) -> JSONValue {
            switch Int.random(in: 0..<(depth > 0 ? 6 : 3), using: &random) {
            case 0: return .null
            case 1: return .number(JSONNumber(Int.random(in: 0..<3, using: &random)))
            case 2: return .string("s")
            case 3: return .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in value(depth - 1) })
            case 4:
                return .array(
                    (0..<Int.random(in: 0..<4, using: &random)).map { place in
                        .object(["id": .number(JSONNumber((place * 7 + 3) % 5)), "v": value(depth - 1)])
                    })
            default:
                return .object(
                    JSONObject(
                        ["a", "b", "c"].filter { _ in Bool.random(using: &random) }.map { .init($0, value(depth - 1)) })
                )
            }
        }
        for _ in 0..<500 {
            let (left, right) = (value(3), value(3))
            #expect(StateDiff.changes(from: left, to: left).isEmpty, "seed \(seed)")
            let changes = StateDiff.changes(from: left, to: right)
            #expect(changes.isEmpty == (left == right), "seed \(seed)")
            for change in changes {
                #expect(change.kind == .removed || change.path.value(in: right) == change.after, "seed \(seed)")
                #expect(change.kind != .removed || change.path.value(in: left) == change.before, "seed \(seed)")
            }
        }
    }
}
