import Actors
import EventSourcing
import Inspection
import Testing

@testable import PlayheadWorkbench

@Suite("Places and moments are read from the command line")
struct StoreAddressTests {
    private func read(_ text: String) throws -> StoreAddress {
        try StoreAddress(text, exists: { $0 == "100%25#odd@1.db" })
    }

    @Test("a file, a stream and an event")
    func parts() throws {
        let id = try PersistenceID("Order", "order-42")
        #expect(try read("a.db") == StoreAddress(path: "a.db"))
        #expect(try read("a.db#Order|order-42") == StoreAddress(path: "a.db", stream: id))
        #expect(try read("a.db#Order|order-42@17") == StoreAddress(path: "a.db", stream: id, sequenceNumber: 17))
        #expect(try read("my%20a%23b.db#Order|order-42@0").path == "my a#b.db")
        #expect(try read("a.db#Order|x%40home@3").stream == PersistenceID("Order", "x@home"))
        #expect(try read("my%20a.db").path == "my a.db")
        #expect(try read("100%.db").path == "100%.db")
    }

    @Test("a file that has the whole text as its name is that file")
    func literal() throws {
        #expect(try read("100%25#odd@1.db") == StoreAddress(path: "100%25#odd@1.db"))
    }

    @Test(
        "a mistake is told word for word",
        arguments: [
            ("", "A store file is missing: an empty name names none."),
            (
                "a.db#Order",
                "'Order' names no stream: A stream is named by its entity type and id with a pipe between them, as in Order|order-42."
            ),
            ("a.db#|x", "'|x' names no stream: Entity type must not be empty."),
            ("a.db#Order|x@y", "'y' behind @ is no sequence number; an @ in a stream's name is written %40."),
            ("a.db#Order|x@-1", "'-1' behind @ is no sequence number; an @ in a stream's name is written %40."),
            ("#Order|x", "'#Order|x' names no file; an address is FILE#STREAM, as in orders.db#Order|order-42."),
        ])
    func mistakes(_ text: String, _ sentence: String) {
        let error = #expect(throws: UsageError.self) { try read(text) }
        #expect(error?.sentence == sentence)
    }

    @Test(
        "a moment is a number, a time or a position",
        arguments: [
            ("17", Moment.number(17)), ("#17", .number(17)), ("0", .number(0)), ("p:1000", .position(1_000)),
            ("09:15", .clock("09:15")), ("09:15:30Z", .clock("09:15:30Z")),
            ("2025-03-02", .time(Timestamp(microseconds: 1_740_873_600_000_000))),
            ("2025-03-02T08:00", .time(Timestamp(microseconds: 1_740_902_459_999_999))),
            ("2025-03-02 08:00:01Z", .time(Timestamp(microseconds: 1_740_902_401_999_999))),
            ("2025-03-02T08:00:01.5Z", .time(Timestamp(microseconds: 1_740_902_401_500_000))),
        ])
    func moments(_ text: String, _ moment: Moment) throws {
        #expect(try Moment(text) == moment)
    }

    @Test(
        "what is no moment is told", arguments: ["", "-1", "p:", "p:x", "yesterday", "2025-13-02", "2025-03-02T25:00"])
    func noMoments(_ text: String) {
        let error = #expect(throws: UsageError.self) { try Moment(text) }
        #expect(
            error?.sentence
                == "--at takes an event's number, a time as in 2025-03-02T09:15 or 09:15, or a global position as in "
                + "p:1000, and '\(text)' is none of them.")
    }

    @Test(
        "a path reads as it is written",
        arguments: [
            "state", "status", "items.tea.qty", "notes[0]", "a[1][2].b-c", "\"odd key\".x", "\"a.b\"[0]", "\"\"",
        ])
    func paths(_ text: String) throws {
        #expect(try StatePath(parsing: text).description == text)
    }

    @Test("a key with a quote in it is read to the quote that ends it")
    func quotedPath() throws {
        let path = StatePath([.key("a\"b"), .key("c")])
        #expect(try StatePath(parsing: path.description) == path)
    }

    @Test(
        "what is no path is told", arguments: ["", ".", "a.", ".a", "a..b", "a[", "a[x]", "a[-1]", "a[0]b", "\"open"])
    func noPaths(_ text: String) {
        let error = #expect(throws: UsageError.self) { try StatePath(parsing: text) }
        #expect(
            error?.sentence
                == "'\(text)' is no path to a value; one reads like items.tea.qty, notes[0] or \"odd key\".x.")
    }
}
