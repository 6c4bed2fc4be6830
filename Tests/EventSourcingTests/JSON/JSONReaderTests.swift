import EventSourcing
import Foundation
import TestSupport
import Testing

@Suite("Reading any JSON text")
struct JSONReaderTests {
    private func read(_ text: String) throws -> JSONValue {
        try JSONReader().read(text).value
    }

    private func failure(_ bytes: [UInt8], depthLimit: Int = 512, sizeLimit: Int = 1 << 20) -> JSONError? {
        do throws(JSONError) {
            _ = try JSONReader(depthLimit: depthLimit, sizeLimit: sizeLimit).read(bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test("scalars, arrays and objects are read as they stand")
    func values() throws {
        #expect(try read("null") == nil)
        #expect(try read(" true\n") == true)
        #expect(try read("false") == false)
        #expect(try read("-0.5e+3") == .number(try #require(JSONNumber("-0.5e+3"))))
        #expect(try read("\"tea\"") == "tea")
        #expect(try read("[ ]") == [])
        #expect(try read("{ }") == [:])
        #expect(try read("[1, [2], {\"a\" : [{}]} ]") == [1, [2], ["a": [[:]]]])
    }

    @Test("the order of keys, duplicate keys and the text of numbers stay")
    func nothingLost() throws {
        let text = #"{"b":1.0,"a":1,"b":10000000000000000000000,"":[1E2,-0]}"#
        let value = try read(text)
        #expect(value.compactText == text)
        #expect(value["b"]?.number?.text == "10000000000000000000000")
        #expect(value["b"]?.number?.int64 == nil)
        #expect(value["b"]?.number?.double == 1e22)
        #expect(value.object?.keys == ["b", "a", "b", ""])
    }

    @Test("every escape is understood")
    func escapes() throws {
        #expect(try read(#""\"\\\/\b\f\n\r\t""#) == .string("\"\\/\u{8}\u{C}\n\r\t"))
        #expect(try read(#""\u0041\u00e9\u20AC\ud83d\ude00\u0000""#) == "Aé€😀\u{0}")
        for page in UInt32(0)..<0x100 where page & 0xF8 != 0xD8 {
            let units = (page << 8)..<((page + 1) << 8)
            let escaped = units.map { "\\u" + String(0x1_0000 + $0, radix: 16).dropFirst() }.joined()
            var expected = String.UnicodeScalarView()
            expected.append(contentsOf: units.compactMap(Unicode.Scalar.init))
            #expect(try read("\"\(escaped)\"") == .string(String(expected)))
        }
    }

    @Test(
        "lone surrogates are repaired and counted",
        arguments: [
            (#""\ud83d""#, "\u{FFFD}", 1), (#""\ude00x""#, "\u{FFFD}x", 1), (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀", 1),
            (#""\ud83dA\udE00""#, "\u{FFFD}A\u{FFFD}", 2), (#""\ud83d\u0041""#, "\u{FFFD}A", 1),
            (#""\ufffd""#, "\u{FFFD}", 0),
        ])
    func loneSurrogates(text: String, expected: String, repaired: Int) throws {
        let document = try JSONReader().read(text)
        #expect(document.value == .string(expected))
        #expect(document.repaired == repaired)
    }

    @Test(
        "bad UTF-8 is repaired and counted, one mark for each maximal bad sequence",
        arguments: [
            ([0xFF], "\u{FFFD}", 1), ([0xC0, 0x80], "\u{FFFD}\u{FFFD}", 2), ([0xE2, 0x98], "\u{FFFD}", 1),
            ([0xED, 0xA0, 0x80], "\u{FFFD}\u{FFFD}\u{FFFD}", 3), ([0x41, 0x9B, 0x42], "A\u{FFFD}B", 1),
            ([0xEF, 0xBF, 0xBD, 0xFF], "\u{FFFD}\u{FFFD}", 1), ([0xE2, 0x82, 0xAC], "€", 0), ([0x07], "\u{7}", 1),
        ] as [([UInt8], String, Int)])
    func badBytes(bytes: [UInt8], expected: String, repaired: Int) throws {
        let document = try JSONReader().read([0x22] + bytes + [0x22])
        #expect(document.value == .string(expected))
        #expect(document.repaired == repaired)
        let asKey = try JSONReader().read(Array("{\"".utf8) + bytes + Array("\":1}".utf8))
        #expect(asKey.value.object?.keys == [expected])
        #expect(asKey.repaired == repaired)
    }

    @Test(
        "a fault is told with its place and what was expected there",
        arguments: [
            ("", "the text ends at byte 0 (line 1, column 1), where a value was expected"),
            ("{\"a\":1 \"b\":2}", "expected ',' or '}' at byte 7 (line 1, column 8)"),
            ("{\"a\":1,}", "expected a key in quotes at byte 7 (line 1, column 8)"),
            ("{a:1}", "expected a key in quotes or '}' at byte 1 (line 1, column 2)"),
            ("{\"a\" 1}", "expected ':' at byte 5 (line 1, column 6)"),
            ("[1\n 2]", "expected ',' or ']' at byte 4 (line 2, column 2)"),
            ("[\"é\",]", "expected a value at byte 6 (line 1, column 6)"),
            ("[,]", "expected a value or ']' at byte 1 (line 1, column 2)"),
            ("1 2", "expected the end of the text at byte 2 (line 1, column 3)"),
            ("{}}", "expected the end of the text at byte 2 (line 1, column 3)"),
            ("01", "expected the end of the text at byte 1 (line 1, column 2)"),
            ("-x", "expected a digit at byte 1 (line 1, column 2)"),
            ("1.", "the text ends at byte 2 (line 1, column 3), where a digit was expected"),
            ("1e+,", "expected a digit at byte 3 (line 1, column 4)"),
            ("nul", "the text ends at byte 3 (line 1, column 4), where 'null' was expected"),
            ("trux", "expected 'true' at byte 3 (line 1, column 4)"),
            ("\"a", "the text ends at byte 2 (line 1, column 3), where the closing '\"' of a string was expected"),
            (#""\x""#, #"expected one of '"\/bfnrtu' after '\' at byte 2 (line 1, column 3)"#),
            (#""\u12g4""#, #"expected four hexadecimal digits after '\u' at byte 5 (line 1, column 6)"#),
            ("[1}", "expected ',' or ']' at byte 2 (line 1, column 3)"),
        ])
    func faults(text: String, sentence: String) {
        #expect(failure(Array(text.utf8))?.description == sentence)
    }

    @Test("nesting is bounded, and ten thousand brackets overflow nothing")
    func depth() {
        let open = [UInt8](repeating: UInt8(ascii: "["), count: 10_000)
        #expect(failure(open)?.problem == .tooDeep(limit: 512))
        #expect(failure(open)?.offset == 512)
        #expect(failure(Array(String(repeating: "{\"a\":", count: 10_000).utf8))?.problem == .tooDeep(limit: 512))
        #expect(failure(Array("[[1]]".utf8), depthLimit: 2) == nil)
        #expect(failure(Array("[[[]]]".utf8), depthLimit: 2)?.offset == 2)
        #expect(failure(Array("1".utf8), depthLimit: 0) == nil)
        let deepest = Array(repeating: UInt8(ascii: "["), count: 512) + Array(repeating: UInt8(ascii: "]"), count: 512)
        #expect(failure(deepest) == nil)
        #expect(JSONReader(depthLimit: .max).depthLimit == JSONReader.deepestNesting)
    }

    @Test("a text longer than the limit is refused")
    func size() {
        #expect(failure(Array("[1,2]".utf8), sizeLimit: 5) == nil)
        #expect(failure(Array("[1,2]".utf8), sizeLimit: 4)?.problem == .tooLong(limit: 4))
    }

    @Test("a byte order mark is passed over")
    func byteOrderMark() throws {
        #expect(try JSONReader().read([0xEF, 0xBB, 0xBF] + Array("[1]".utf8)).value == [1])
    }

    @Test("random texts are read as Foundation reads them")
    func likeFoundation() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<500 {
            let value = RandomJSON.value(&random, depth: 4, unique: true)
            let text = value.compactText([.asciiOnly])
            let theirs = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            #expect(RandomJSON.same(try read(text), theirs), "seed \(seed): \(text)")
        }
    }

    @Test("what was written is read back the same, in both spellings")
    func roundTrip() throws {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        for _ in 0..<1_000 {
            let value = RandomJSON.value(&random, depth: 5, unique: false)
            #expect(try read(value.compactText) == value, "seed \(seed)")
            let ascii = value.compactText([.asciiOnly])
            #expect(ascii.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "seed \(seed)")
            #expect(try read(ascii) == value, "seed \(seed)")
            var bytes: [UInt8] = [7]
            value.write(into: &bytes)
            #expect(bytes == [7] + Array(value.compactText.utf8), "seed \(seed)")
        }
    }

    @Test("cut and damaged texts are errors or values, never a crash")
    func damaged() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed: seed)
        let text = #"{"id":"order-1","é":[1.5e-3,{"a":null,"b":[true,false]},"\ud83d\ude00\n"],"n":-12,"":{}}"#
        let bytes = Array(text.utf8)
        #expect(failure(bytes) == nil)
        for end in 0..<bytes.count { #expect(failure(Array(bytes[..<end])) != nil, "cut at \(end)") }
        for _ in 0..<10_000 {
            var damaged = bytes
            for _ in 0...random.next(below: 3) {
                damaged[random.next(below: damaged.count)] = UInt8(random.next(below: 256))
            }
            if let error = failure(damaged) {
                #expect(error.offset <= damaged.count, "seed \(seed)")
            }
        }
    }
}
