import Actors
import EventSourcing
import TestSupport
import Testing

@testable import Inspection

@Suite("Conditions on a state and its event")
struct ConditionTests {
    static let state = #"""
        {"total": 4.0, "paid": 0, "status": "open", "isNew": true, "note": null, "to": 7, "in": 1,
         "items": [{"sku": "tea", "qty": 2, "price": 1.5}, {"sku": "rye", "qty": 1, "price": 1}], "tags": ["a", "b"],
         "address": {"city": "Bern", "a name": "x"}, "big": 1e9999, "quote": "it's 100 %"}
        """#
    static let payload = #"{"sku": "tea", "qty": 2, "lines": [1, 2, 3], "total": 9}"#

    private func truth(_ text: String, about subject: Condition.Subject = .state) throws -> Condition.Truth {
        let event = Condition.Event(
            sequenceNumber: 17, timestamp: Timestamp(microseconds: 1_740_906_000_500_000), type: "ItemAdded",
            writer: "web-1", payload: try JSONReader().read(Self.payload).value)
        return try Condition(text, about: subject).truth(state: JSONReader().read(Self.state).value, event: event)
    }

    @Test(
        "holds",
        arguments: [
            "total = 4", "total = 4.000", "total != 5", "total < 4.1", "total <= 4", "total > -1", "total >= 4",
            "0 < total", "total - 4 = 0", "paid = total * 0", "state.total = 4", "status = 'open'", #"status = "open""#,
            "status > 'oh'", "isNew", "not paid = 1", "not not isNew", "note = null", "gone? = null", "to = 7",
            "state.in = 1", "items[0].sku = 'tea'", "items[-1].qty = 1", "items[sku = event.sku].qty = 2",
            "tags[= 'b'] = 'b'", "address.city = 'Bern'", #"address."a name" = 'x'"#, "count(items) = 2",
            "count(gone) = 0", "count(event.lines) = 3", "sum(items, qty * price) = total",
            "event.total = 9", "event.qty = 2", "seq = 17", "type = 'ItemAdded'", "writer = 'web-1'",
            "time > '2025-03-02'", "time = '2025-03-02T09:00:00.5Z'", "'2025-03-02T09:00:00Z' < time",
            "type like 'Item%'", "type like '%Added'", "type like 'I%m%d'", "type like 'Item_dded'", "type like '%'",
            "not type like 'item%'", "type not like 'Order%'", "quote like '%100 \\%'", "quote = 'it''s 100 %'",
            "status in ('paid', 'open')", "status in ['open']", "status not in ('paid')", "'a' in tags",
            "total in (1, 4)", "(total + 1) in (5)", "('a') like 'a'", "(isNew)", "(total = 4)",
            "isNew and total = 4", "isNew or gone", "gone or isNew", "not (gone and not isNew)",
            "isNew or not isNew and not isNew", "not isNew and isNew or isNew", "true",
        ])
    func holds(text: String) throws {
        #expect(try truth(text) == .holds)
        #expect(try truth("not (\(text))") == .fails)
    }

    @Test(
        "can't be told, and why",
        arguments: [
            ("totl < 0", "the state has no totl; a text is written in quotes, an event's field as event.totl"),
            ("event.price = 1", "the event has no field price"),
            ("status = open", "the state has no open; a text is written in quotes, an event's field as event.open"),
            ("status < 5", "a text and a number have no order"),
            ("items > 5", "an array and a number have no order"),
            ("big > 5", "a number is beyond what can be counted"),
            ("status + 1 = 2", "status is a text, and only numbers can be counted with"),
            ("total", "a value is a number, and a condition is true or false"),
            ("total like 'x'", "like is asked of a number, and needs texts"),
            ("total in status", "in is asked of a text, and needs an array"),
            ("isNew and gone", "the state has no gone; a text is written in quotes, an event's field as event.gone"),
            ("not isNew or gone.x = 1", "the state has no gone.x"),
        ])
    func unknown(text: String, reason: String) throws {
        #expect(try truth(text) == .unknown(reason: reason))
        #expect(try truth("not (\(text))") == .unknown(reason: reason))
    }

    @Test(
        "where events are looked for, a bare name is the event's, and the state's is written out",
        arguments: [
            "total = 9", "event.total = 9", "state.total = 4", "sku = 'tea' and seq = 17", "count(lines) = 3",
            "count(state.items) = 2", "state.items[sku = sku].qty = 2",
        ])
    func aboutEvents(text: String) throws {
        #expect(try truth(text, about: .event) == .holds)
    }

    @Test("before the first event what is asked of one can't be told, and is not null")
    func noEvent() throws {
        for text in ["seq != 5", "type != 'x'", "event.x? = null", "count(event.x) = 0", "not writer = 'a'"] {
            #expect(
                try Condition(text).truth(state: .object([:]), event: nil) == .unknown(reason: "the event is not known")
            )
        }
        let row = EventRow(
            persistenceID: try PersistenceID("Cart", "c"), position: 1, sequenceNumber: 3, type: "Added",
            timestamp: .epoch, writer: .letter("A"), epoch: 0, summary: "", payloadSize: 0)
        let event = Condition.Event(row, writer: "web-1", payload: nil)
        let condition = try Condition("seq = 3 and type = 'Added' and writer = 'web-1' and time < '1970-01-02'")
        #expect(condition.truth(state: .null, event: event) == .holds)
        #expect(
            try Condition("event.x? = null").truth(state: .null, event: event)
                == .unknown(reason: "the event can't be read"))
    }

    @Test("it says what it needs, so that no more is read")
    func needs() throws {
        func needs(_ text: String) throws -> [Bool] {
            let condition = try Condition(text)
            return [condition.needsState, condition.needsEvent, condition.needsPayload, condition.needsWriter]
        }
        #expect(try needs("total = 1") == [true, false, false, false])
        #expect(try needs("seq = 1") == [false, true, false, false])
        #expect(try needs("writer = 'a'") == [false, true, false, true])
        #expect(try needs("not 1 < count(event.items)") == [false, true, true, false])
        #expect(try needs("items[id = event.id].qty = 1") == [true, true, true, false])
        #expect(try needs("sum(items, qty) in (1, event.sum)") == [true, true, true, false])
        #expect(try Condition("  total  <  0  ").description == "total  <  0")
    }

    @Test("one that asks for too much can't be told, and ends soon")
    func budget() throws {
        let long = JSONValue.array((0..<3_000).map { .object(["n": .number(JSONNumber($0))]) })
        let state = JSONValue.object(["a": long, "text": .string(String(repeating: "a", count: 1_000_000))])
        for text in [
            "sum(a, sum(a, n)) > 0", "sum(a, count(a[n = 2999])) > 0",
            "text like '%\(String(repeating: "a", count: 3_000))b'",
        ] {
            #expect(
                try Condition(text).truth(state: state, event: nil)
                    == .unknown(reason: "it takes more than 100000 steps"), "\(text)")
        }
    }

    @Test("no text traps, and what is read is read again from what it is written as")
    func anyText() throws {
        var random = SeededRandom.announced()
        let pieces = [
            "total", "state", "event", ".", "sku", "[", "]", "(", ")", "=", "!=", "<", "<=", ">", ">=", "like", "in",
            "and", "or", "not", "count", "sum", ",", "'", "''", "'a%_\\'", "\"", "\"b\"", "\"\\u00e9\"", "1", "-", "-1",
            "0.5", "1e9", "1e99999", "9223372036854775808", "null", "true", "?", "seq", "time", "type", "writer", "{",
            "}", ":", "#", "\\", "é", "日本", "\u{0}", "\u{1B}", "\n", "*", "+", "to", "&", " ", "items", "0",
        ]
        let state = try JSONReader().read(Self.state).value
        let payload = try JSONReader().read(Self.payload).value
        let event = Condition.Event(
            sequenceNumber: 1, timestamp: .epoch, type: "a", writer: "b", payload: payload)
        var read = 0
        for _ in 0..<20_000 {
            let count = Int.random(in: 1...12, using: &random)
            let text = (0..<count).map { _ in
                (pieces.randomElement(using: &random) ?? "") + (Bool.random(using: &random) ? " " : "")
            }.joined()
            let subject: Condition.Subject = Bool.random(using: &random) ? .state : .event
            do {
                let condition = try Condition(text, about: subject)
                read += 1
                let again = try Condition(condition.description, about: subject)
                #expect(again == condition, "\(text.debugDescription)")
                #expect(again.truth(state: state, event: event) == condition.truth(state: state, event: event))
                _ = condition.truth(state: .null, event: nil)
            } catch {
                #expect((1...text.unicodeScalars.count + 1).contains(error.column), "\(text.debugDescription)")
            }
        }
        #expect(read > 100)
    }

    @Test("a pattern fits as the plain way of trying everything says")
    func patterns() throws {
        var random = SeededRandom.announced()
        func plain(_ text: [Character], _ pattern: [Character]) -> Bool {
            guard let first = pattern.first else { return text.isEmpty }
            if first == "%" {
                return (0...text.count).contains { plain(Array(text[$0...]), Array(pattern.dropFirst())) }
            }
            guard let character = text.first, first == "_" || first == character else { return false }
            return plain(Array(text.dropFirst()), Array(pattern.dropFirst()))
        }
        for _ in 0..<5_000 {
            let text = (0..<Int.random(in: 0...8, using: &random)).map { _ in "ab".randomElement(using: &random) ?? "a"
            }
            let pattern = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                "ab%_".randomElement(using: &random) ?? "a"
            }
            #expect(
                try TextPattern(String(pattern)).matches(String(text), RuleBudget()) == plain(text, pattern),
                "\(String(text)) like \(String(pattern))")
        }
    }
}
