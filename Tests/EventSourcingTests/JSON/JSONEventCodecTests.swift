import EventSourcing
import Foundation
import TestSupport
import Testing

struct ItemAdded: Codable, Equatable {
    var orderID = "order-000042"
    var sku = "tea-earl-grey"
    var quantity = 2
    var price = 12.95
    var currency = "EUR"
    var gift = true
    var note: String? = "wrap it nicely"
}

enum Colour: String, Codable, Equatable { case red, green }

enum Payment: Codable, Equatable {
    case card(number: String, cents: Int)
    case transfer(String)
    case none
}

struct Widths: Codable, Equatable {
    var i8 = Int8.min, i16 = Int16.min, i32 = Int32.min, i64 = Int64.min, i = Int.max
    var u8 = UInt8.max, u16 = UInt16.max, u32 = UInt32.max, u64 = UInt64.max, u = UInt.max
    var float = Float.pi, double = Double.pi, yes = true
}

struct Everything: Codable, Equatable {
    struct Line: Codable, Equatable {
        var sku: String
        var colour: Colour?
        var amounts: [Double]
    }

    var lines: [Line]
    var tags: [String: String]
    var byNumber: [Int: [Line]]
    var payments: [Payment]
    var grid: [[Int?]]
    var set: Set<String>
    var widths: Widths
    var any: JSONValue
}

indirect enum Tree: Codable, Equatable {
    case leaf
    case node(Tree)
}

final class Base: Codable {
    var name = "base"
}

@Suite("Events as JSON")
struct JSONEventCodecTests {
    private let encoder = JSONEventEncoder()
    private let decoder = JSONEventDecoder()

    private func text(_ value: some Encodable) throws -> String {
        String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private func decode<T: Decodable>(_ type: T.Type, _ text: String) throws(CodecError) -> T {
        try decoder.decode(type, from: Array(text.utf8))
    }

    private func failure<T: Decodable>(_ type: T.Type, _ text: String) -> CodecError? {
        do throws(CodecError) {
            _ = try decode(type, text)
            return nil
        } catch {
            return error
        }
    }

    private func failure(encoding value: some Encodable) -> CodecError? {
        do throws(CodecError) {
            _ = try encoder.encode(value)
            return nil
        } catch {
            return error
        }
    }

    // MARK: - Both ways

    @Test("a flat event is written in the order of its fields, without those that are nil")
    func flat() throws {
        var event = ItemAdded()
        #expect(
            try text(event)
                == #"{"orderID":"order-000042","sku":"tea-earl-grey","quantity":2,"price":12.95,"currency":"EUR","#
                + #""gift":true,"note":"wrap it nicely"}"#)
        event.note = nil
        event.price = 3
        #expect(try text(event).hasSuffix(#""price":3.0,"currency":"EUR","gift":true}"#))
        #expect(try decode(ItemAdded.self, text(event)) == event)
    }

    @Test("random events come back as they were, and Foundation reads and writes the same")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<300 {
            let event = everything(&random)
            let bytes = try encoder.encode(event)
            #expect(try decoder.decode(Everything.self, from: bytes) == event, "seed \(seed)")
            var other = event
            // Foundation turns numbers in dynamic values into its own, and sorts keys as it likes.
            other.any = .null
            let plain = try encoder.encode(other)
            #expect(try JSONDecoder().decode(Everything.self, from: Data(plain)) == other, "seed \(seed)")
            let theirs = try JSONEncoder().encode(other)
            #expect(try decoder.decode(Everything.self, from: Array(theirs)) == other, "seed \(seed)")
        }
    }

    private func everything(_ random: inout SeededRandom) -> Everything {
        func line() -> Everything.Line {
            Everything.Line(
                sku: RandomJSON.text(&random), colour: [.red, .green, nil][random.next(below: 3)],
                amounts: (0..<random.next(below: 4)).map { _ in number() })
        }
        func number() -> Double {
            let value = Double(bitPattern: random.next())
            return value.isFinite && random.next(below: 2) == 0 ? value : Double(random.next(below: 100_000)) / 100
        }
        return Everything(
            lines: (0..<random.next(below: 12)).map { _ in line() },
            tags: Dictionary(
                (0..<random.next(below: 90)).map { _ in (RandomJSON.text(&random), RandomJSON.text(&random)) }
            ) { $1 },
            byNumber: [random.next(below: 1_000) - 1_000: [line()], 7: []],
            payments: [.card(number: RandomJSON.text(&random), cents: random.next(below: 9)), .transfer("x"), .none],
            grid: [[1, nil, 3], [], [nil]], set: ["a", RandomJSON.text(&random)], widths: Widths(),
            any: RandomJSON.value(&random, depth: 3, unique: false))
    }

    @Test("doubles come back bit by bit, and as the standard library reads their text")
    func doubles() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        let special: [Double] = [
            0, -0.0, 1, -1, 0.1, 1e22, 1e23, .leastNonzeroMagnitude, 1.7976931348623157e308, 0x1p53, 0x1p53 + 2,
            123_456_789_012_345_680,
        ]
        let values = special + (0..<5_000).map { _ in Double(bitPattern: random.next()) }.filter(\.isFinite)
        let back = try decoder.decode([Double].self, from: encoder.encode(values))
        #expect(back.map(\.bitPattern) == values.map(\.bitPattern), "seed \(seed)")
        for _ in 0..<5_000 {
            let digits = String(random.next() >> UInt64(random.next(below: 60)))
            let point = random.next(below: digits.count) + 1
            var text = String(digits.prefix(point))
            if point < digits.count { text += "." + digits.dropFirst(point) }
            text += ["", "e\(random.next(below: 50) - 25)"][random.next(below: 2)]
            #expect(try decode(Double.self, text) == Double(text), "seed \(seed): \(text)")
            if let float = Float(text), float.isFinite {
                #expect(try decode(Float.self, text) == float, "seed \(seed): \(text)")
            }
        }
    }

    @Test("integers fit exactly or not at all")
    func integers() throws {
        #expect(try decode(Int64.self, "-9223372036854775808") == .min)
        #expect(try decode(UInt64.self, "18446744073709551615") == .max)
        #expect(try decode(Int.self, "1e3") == 1_000)
        #expect(try decode(Int.self, "2.0") == 2)
        #expect(try decode(Int.self, "-0") == 0)
        #expect(failure(Int64.self, "9223372036854775808")?.reason == .outOfRange(type: "Int64"))
        #expect(failure(Int64.self, "-9223372036854775809")?.reason == .outOfRange(type: "Int64"))
        #expect(failure(UInt64.self, "18446744073709551616")?.reason == .outOfRange(type: "UInt64"))
        #expect(failure(Int8.self, "128")?.reason == .outOfRange(type: "Int8"))
        #expect(failure(UInt.self, "-1")?.reason == .outOfRange(type: "UInt"))
        #expect(failure(Int.self, "1e400")?.reason == .outOfRange(type: "Int"))
        #expect(failure(Double.self, "1e400")?.reason == .outOfRange(type: "Double"))
        #expect(failure(Double.self, String(repeating: "9", count: 10_000))?.reason == .outOfRange(type: "Double"))
        #expect(
            failure(Int.self, "1.5")?.description
                == "the value is a number with a fraction, where an integer was expected (byte 0)")
        for value in [Int64.min, -1_000, -10, -9, -1, 0, 1, 9, 10, 99, 100, 12_345, .max] {
            #expect(try text(value) == String(value))
        }
    }

    @Test("unknown keys are passed over, and the order of keys does not matter")
    func keys() throws {
        let shuffled =
            #"{"x":[{"sku":1}],"note":null,"gift":true,"currency":"EUR","price":12.95,"q":{},"quantity":2,"sku":"s","orderID":"o"}"#
        let event = try decode(ItemAdded.self, shuffled)
        #expect(event.sku == "s" && event.orderID == "o" && event.note == nil)
    }

    @Test("of a key that comes twice the last counts, however it is written")
    func duplicateKeys() throws {
        struct One: Codable {
            var a: Int
            var b: Int?
        }
        #expect(try decode(One.self, #"{"a":1,"a":2}"#).a == 2)
        #expect(try decode(One.self, #"{"a":1,"b":3,"a":2}"#).b == 3)
        #expect(try decode(One.self, #"{"a":1,"\u0061":2}"#).a == 2)
        #expect(try decode(One.self, #"{"\u0061":1,"a":2}"#).a == 2)
        let many = (0..<100).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        #expect(try decode(One.self, "{\"a\":1,\(many),\"a\":2}").a == 2)
        #expect(try decode([String: Int].self, "{\"k5\":-1,\(many)}")["k5"] == 5)
        #expect(try decode([String: Int].self, #"{"a":1,"a":2}"#) == ["a": 2])
    }

    @Test("a hundred thousand keys are read in a moment, not in a minute")
    func manyKeys() throws {
        let text = "{" + (0..<100_000).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
        let clock = ContinuousClock()
        var read: [String: Int] = [:]
        let time = try clock.measure { read = try decode([String: Int].self, text) }
        #expect(read.count == 100_000 && read["k99999"] == 99_999)
        #expect(time < .seconds(20))
    }

    @Test("a dynamic value passes through with its order, its duplicates and its numbers as written")
    func dynamicValues() throws {
        struct Holder: Codable {
            var value: JSONValue
            var after: Int
        }
        let written = #"{"value":{"b":1.0,"a":[1e2,null],"b":{}},"after":1}"#
        #expect(try text(decode(Holder.self, written)) == written)
        let value: JSONValue = ["a": [1, 2.5, "x", nil, true, [:]]]
        #expect(try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value)) == value)
    }

    // MARK: - Containers by hand

    @Test("containers may be written to in turns, and after others were opened")
    func interleaved() throws {
        struct Odd: Encodable {
            func encode(to encoder: any Encoder) throws {
                var outer = encoder.container(keyedBy: Key.self)
                var first = outer.nestedContainer(keyedBy: Key.self, forKey: "first")
                var second = outer.nestedUnkeyedContainer(forKey: "second")
                let late = outer.superEncoder(forKey: "late")
                let unused = outer.superEncoder()
                try second.encode(1)
                try first.encode("x", forKey: "a")
                try outer.encode(true, forKey: "flag")
                try second.encode(ItemAdded?.none)
                var third = first.nestedUnkeyedContainer(forKey: "third")
                try third.encode(contentsOf: [1, 2])
                try second.encode([[3]])
                try first.encode(["k": "v"], forKey: "b")
                try third.encode(3)
                var single = late.singleValueContainer()
                try single.encode("late, and long enough to grow")
                try second.encode(4)
                var list = unused.unkeyedContainer()
                try list.encode(5)
                try first.encode(2, forKey: "c")
            }
        }
        #expect(
            try text(Odd())
                == #"{"first":{"a":"x","third":[1,2,3],"b":{"k":"v"},"c":2},"second":[1,null,[[3]],4],"#
                + #""late":"late, and long enough to grow","super":[5],"flag":true}"#)
    }

    @Test("a slot for a superclass that nobody fills is an empty object")
    func emptySlot() throws {
        struct Slot: Encodable {
            func encode(to encoder: any Encoder) throws {
                var container = encoder.container(keyedBy: Key.self)
                _ = container.superEncoder()
                try container.encodeNil(forKey: "end")
            }
        }
        #expect(try text(Slot()) == #"{"super":{},"end":null}"#)
    }

    @Test("a value that is given two shapes, or written twice, is an error")
    func twoShapes() {
        struct Two: Encodable {
            func encode(to encoder: any Encoder) throws {
                _ = encoder.container(keyedBy: Key.self)
                _ = encoder.unkeyedContainer()
            }
        }
        struct Twice: Encodable {
            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                try container.encode(1)
                try container.encode(2)
            }
        }
        #expect(failure(encoding: Two()) != nil)
        #expect(failure(encoding: Twice()) != nil)
    }

    @Test("a superclass is read from its own slot")
    func superDecoder() throws {
        struct Reads: Decodable {
            let name: String
            let absent: Bool
            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: Key.self)
                name = try Base(from: container.superDecoder()).name
                absent = try container.superDecoder(forKey: "none").singleValueContainer().decodeNil()
            }
        }
        let read = try decode(Reads.self, #"{"super":{"name":"n"}}"#)
        #expect(read.name == "n" && read.absent)
    }

    @Test("a type may use the codec that is reading or writing it")
    func reentrant() throws {
        let value = Reenters(encoder: encoder, decoder: decoder)
        #expect(try text(value) == #"{"inner":"[1,2]","outer":2}"#)
    }

    private struct Reenters: Encodable {
        let encoder: JSONEventEncoder
        let decoder: JSONEventDecoder

        func encode(to target: any Encoder) throws {
            var container = target.container(keyedBy: Key.self)
            let inner = try encoder.encode([1, 2])
            try container.encode(String(decoding: inner, as: UTF8.self), forKey: "inner")
            try container.encode(decoder.decode([Int].self, from: inner).count, forKey: "outer")
        }
    }

    @Test("a decoder kept after its time reads nulls, not freed memory")
    func keptDecoder() throws {
        final class Thief: Decodable {
            let decoder: any Decoder
            let container: KeyedDecodingContainer<Key>
            init(from decoder: any Decoder) throws {
                self.decoder = decoder
                container = try decoder.container(keyedBy: Key.self)
            }
        }
        let thief = try decode(Thief.self, #"{"a":"secret"}"#)
        #expect(try thief.decoder.singleValueContainer().decodeNil())
        #expect(throws: DecodingError.self) { try thief.container.decode(String.self, forKey: "a") }
        #expect(thief.container.allKeys.isEmpty)
    }

    // MARK: - Errors

    @Test("an error names the part, the byte, and what was expected, and never what stands there")
    func errors() {
        let order = #"{"lines":[{"sku":"a","colour":"red","amounts":[1,2]},{"sku":"b","amounts":[1,"secret"]}]}"#
        struct Order: Codable { var lines: [Everything.Line] }
        #expect(
            failure(Order.self, order)?.description
                == "'lines[1].amounts[1]' is a string, where a number was expected (byte 77)")
        #expect(
            failure(Order.self, #"{"lines":[{"sku":"a"}]}"#)?.description
                == "'lines[0]' has no member 'amounts', which is needed (byte 10)")
        let colour = failure(Order.self, #"{"lines":[{"sku":"a","amounts":[],"colour":"secret"}]}"#)
        #expect(colour?.description == "'lines[0].colour' was refused by Order (byte 43)")
        #expect(colour?.underlying != nil)
        #expect(
            failure(ItemAdded.self, "[]")?.description == "the value is an array, where an object was expected (byte 0)"
        )
        #expect(
            failure(ItemAdded.self, "{")?.description
                == "not a JSON text: the text ends at byte 1 (line 1, column 2), where a key in quotes or '}' was expected"
        )
        #expect(failure([String].self, "[null]")?.reason == .missingValue(expected: "a string"))
        #expect(failure([String].self, #"["\ud800"]"#)?.reason == .invalidText)
        #expect(failure(Bool.self, "1")?.reason == .mismatch(expected: "a boolean", found: "a number"))
    }

    @Test("bad UTF-8 and raw control characters are errors")
    func badText() {
        #expect(throws: CodecError.self) { try decoder.decode(String.self, from: [0x22, 0xFF, 0x22]) }
        #expect(throws: CodecError.self) { try decoder.decode(String.self, from: [0x22, 0x07, 0x22]) }
        #expect(throws: CodecError.self) { try decoder.decode(JSONValue.self, from: [0x22, 0xFF, 0x22]) }
    }

    @Test("numbers that are not finite are an error with the path, and the target stays as it was")
    func notFinite() throws {
        var event = ItemAdded()
        event.price = .infinity
        let error = failure(encoding: [[event]])
        #expect(error?.reason == .notFinite)
        #expect(error?.pathText == "[0][0].price")
        #expect(failure(encoding: Float.nan)?.reason == .notFinite)
        var bytes: [UInt8] = [1]
        #expect(throws: CodecError.self) { try encoder.encode(event, into: &bytes) }
        #expect(bytes == [1])
        try encoder.encode(true, into: &bytes)
        #expect(bytes == [1] + Array("true".utf8))
    }

    @Test("too deep is an error when writing and when reading, at the same depth")
    func depth() throws {
        let deep = (0..<255).reduce(Tree.leaf) { tree, _ in .node(tree) }
        #expect(try decoder.decode(Tree.self, from: encoder.encode(deep)) == deep)
        let deeper = (0..<10_000).reduce(Tree.leaf) { tree, _ in .node(tree) }
        #expect(failure(encoding: deeper)?.reason == .tooDeep(limit: 512))
        #expect(failure(encoding: [[1]]) == nil)
        #expect(throws: CodecError.self) { try JSONEventEncoder(depthLimit: 1).encode([[1]]) }
        #expect(throws: Never.self) { try JSONEventEncoder(depthLimit: 2).encode([[1]]) }
        #expect(throws: CodecError.self) {
            try JSONEventDecoder(depthLimit: 1).decode([[Int]].self, from: Array("[[1]]".utf8))
        }
        let value = (0..<600).reduce(JSONValue.null) { value, _ in .array([value]) }
        #expect(failure(encoding: value)?.reason == .tooDeep(limit: 512))
        #expect(failure(JSONValue.self, String(repeating: "[", count: 10_000)) != nil)
    }

    @Test("cut and damaged texts are errors or values, never a crash")
    func damaged() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        let event = everything(&random)
        let bytes = try encoder.encode(event)
        let whole = try encoder.encode(ItemAdded())
        for end in 0..<whole.count {
            #expect(throws: CodecError.self) { try decoder.decode(ItemAdded.self, from: Array(whole[..<end])) }
        }
        for _ in 0..<10_000 {
            let source = random.next(below: 4) == 0 ? bytes : whole
            var damaged = source
            for _ in 0...random.next(below: 2) {
                damaged[random.next(below: damaged.count)] = UInt8(random.next(below: 256))
            }
            do throws(CodecError) {
                if source.count == whole.count {
                    _ = try decoder.decode(ItemAdded.self, from: damaged)
                } else {
                    _ = try decoder.decode(Everything.self, from: damaged)
                }
            } catch {
                #expect(!error.description.isEmpty, "seed \(seed)")
            }
        }
        #expect(try decoder.decode(Everything.self, from: bytes) == event, "seed \(seed)")
    }
}

/// Any key, for containers that are filled by hand.
struct Key: CodingKey, ExpressibleByStringLiteral {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringLiteral value: String) { stringValue = value }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}
