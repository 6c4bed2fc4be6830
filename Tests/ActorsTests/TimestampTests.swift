import Actors
import Foundation
import TestSupport
import Testing

@Suite("timestamp")
struct TimestampTests {
    @Test(
        "is written and read as ISO 8601 with microseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000000Z"),
            (1_795_256_042_123_456, "2026-11-21T10:14:02.123456Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (-62_167_219_200_000_000, "0000-01-01T00:00:00.000000Z"),
            (-62_167_219_200_000_001, "-000001-12-31T23:59:59.999999Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
            (253_402_300_800_000_000, "+010000-01-01T00:00:00.000000Z"),
            (Int64.max, "+294247-01-10T04:00:54.775807Z"),
            (Int64.min, "-290308-12-21T19:59:05.224192Z"),
        ])
    func text(microseconds: Int64, text: String) {
        let timestamp = Timestamp(microseconds: microseconds)
        #expect(timestamp.description == text)
        #expect(Timestamp(text) == timestamp)
    }

    @Test(
        "does not read what is no moment",
        arguments: [
            "", "2026", "2026-11-21", "2026-11-21T10:14:02", "2026-11-21 10:14:02Z", "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-00-10T00:00:00Z", "2026-01-00T00:00:00Z",
            "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00.1234567Z", "2026-01-01T00:00:00Z ", "+294247-01-10T04:00:54.775808Z",
            "-290308-12-21T19:59:05.224191Z", "+999999-01-01T00:00:00Z", "２026-01-01T00:00:00Z",
        ])
    func refused(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("reads fewer digits of a second too")
    func shortFractions() {
        #expect(Timestamp("1970-01-01T00:00:01Z")?.microseconds == 1_000_000)
        #expect(Timestamp("1970-01-01T00:00:00.5Z")?.microseconds == 500_000)
    }

    @Test("survives text and fields at random moments")
    func random() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var numbers = SeededRandom(seed: seed)
        for _ in 0..<20_000 {
            let timestamp = Timestamp(microseconds: Int64(bitPattern: numbers.next()) >> Int64(numbers.next() % 40))
            #expect(Timestamp(timestamp.description) == timestamp, "seed \(seed)")
            #expect(Timestamp(timestamp.components) == timestamp, "seed \(seed)")
        }
    }

    @Test("is text in JSON, and an error that says what it should be when it is not")
    func codable() throws {
        let timestamp = Timestamp(microseconds: 1_795_256_042_123_456)
        let encoded = try JSONEncoder().encode([timestamp])
        #expect(String(bytes: encoded, encoding: .utf8) == #"["2026-11-21T10:14:02.123456Z"]"#)
        #expect(try JSONDecoder().decode([Timestamp].self, from: encoded) == [timestamp])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Timestamp].self, from: Data(#"["yesterday"]"#.utf8))
        }
    }

    @Test("adds durations, and stops at the ends of its range")
    func arithmetic() {
        let start = Timestamp(microseconds: 1_000)
        #expect(start.adding(.milliseconds(2)).microseconds == 3_000)
        #expect(start.adding(.seconds(-1)).microseconds == -999_000)
        #expect(start.adding(.nanoseconds(999)) == start)
        #expect(Timestamp(microseconds: .max).adding(.seconds(1)).microseconds == .max)
        #expect(Timestamp(microseconds: .min).adding(.seconds(-1)).microseconds == .min)
        #expect(start.adding(.seconds(2)).duration(since: start) == .seconds(2))
        #expect(Timestamp(microseconds: .max).duration(since: Timestamp(microseconds: .min)) > .zero)
    }

    @Test("the wall clock agrees with the machine's")
    func wallClock() {
        let before = Date().timeIntervalSince1970
        let now = Double(WallClock().now.microseconds) / 1e6
        #expect(now >= before - 0.001 && now <= Date().timeIntervalSince1970 + 0.001)
    }
}
