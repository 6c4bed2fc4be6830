import Testing

@testable import Inspection

@Suite("What is wrong with a condition")
struct ConditionErrorTests {
    private static let value = #"a value: event.NAME, a member of the state, a number or a "text" was expected"#

    static let cases: [WrongText] = [
        .init("", "1: a condition is expected, such as total < 0"),
        .init("  \t ", "1: a condition is expected, such as total < 0"),
        .init("total <", "8: the line ends where \(value)"),
        .init("total < ) ", #"9: there is ")" where \#(value)"#),
        .init("total == 1", "7: values are compared with one '='"),
        .init("total <> 1", "7: 'not equal' is written !="),
        .init("! shipped", #"1: there is "!" where \#(value)"#),
        .init("total ! 3", "7: '!=' compares; what must not hold is written 'not …'"),
        .init("1 < total < 3", "11: two values are compared at a time, as in a < b and b < c"),
        .init("total + 1", "1: a value alone is no condition; compare it, as in total < 0"),
        .init("a = 1 and 5", "11: a value alone is no condition; compare it, as in total < 0"),
        .init("count(items)", "1: a value alone is no condition; compare it, as in total < 0"),
        .init("seq", "1: a value alone is no condition; compare it, as in total < 0"),
        .init("a = 1 && b = 2", "7: conditions are joined by 'and' and 'or'"),
        .init("a = 1 || b = 2", "7: conditions are joined by 'and' and 'or'"),
        .init("a = 1 AND b = 2", "7: this word is written 'and'"),
        .init("type LIKE 'a'", "6: this word is written 'like'"),
        .init("a = 1 # b", ##"7: there is "#" where the end of the condition was expected"##),
        .init("a = 1 b = 2", #"7: there is "b" where the end of the condition was expected"#),
        .init("a = 1)", #"6: there is ")" where the end of the condition was expected"#),
        .init("(a = 1", "7: the line ends where ')' was expected"),
        .init("(a + 1 < 3", "11: the line ends where ')' was expected"),
        .init("a = 'x", "5: the text is not closed: \"'\" is missing"),
        .init(#"a = "x"#, #"5: the text is not closed: '"' is missing"#),
        .init("a not b", #"7: there is "b" where like or in behind not was expected"#),
        .init("a like 5", "8: like needs a text in quotes, as in type like 'Item%'"),
        .init("a in 5", #"6: in needs several values, as in status in ("paid", "shipped")"#),
        .init("a in (1, 2", "11: the line ends where ')' or ',' was expected"),
        .init("a in ()", #"7: there is ")" where \#(value)"#),
        .init(
            "in = 1", #"1: there is "in" where a value was expected; a value with this name is written state.in"#),
        .init("and", #"1: there is "and" where a value was expected; a value with this name is written state.and"#),
        .init("state. total = 1", "7: the name of a member stands right behind the '.'"),
        .init("items[ = 1", "11: the line ends where ']' was expected"),
        .init("a = 1e", "5: this is no number as JSON writes them, such as 12 or 0.5"),
        .init(
            "count(time) = 1",
            "7: 'time' has another meaning; a member of the state with this name is written state.time"),
        .init("a = 1\nb = 2", "6: there is \"\n\" where the end of the condition was expected"),
    ]

    @Test("the place is told, and what would be right", arguments: cases)
    func error(of one: WrongText) {
        do {
            _ = try Condition(one.text)
            Issue.record("it was read: \(one.text)")
        } catch {
            #expect("\(error.column): \(error.message)" == one.error)
        }
    }

    @Test("where events are looked for, a word in the way is said to be the event's")
    func aboutEvents() {
        #expect(
            throws: CommandError(
                column: 1,
                message: #"there is "in" where a value was expected; a value with this name is written event.in"#)
        ) { try Condition("in = 1", about: .event) }
    }

    @Test("one that is too long or too deep is refused")
    func bounds() throws {
        let long = "a = \"" + String(repeating: "x", count: Condition.longest - 6) + "\""
        _ = try Condition(long)
        #expect(
            throws: CommandError(
                column: 1, message: "a condition has at most 4096 bytes, and this one has 4097")
        ) { try Condition(long + " ") }
        for (open, close) in [("(", ")"), ("not ", ""), ("[", "]"), ("a[", "]")] {
            let deep = String(repeating: open, count: 1_000) + "a" + String(repeating: close, count: 1_000)
            do {
                _ = try Condition(deep + " = 1")
                Issue.record("it was read: \(open)")
            } catch {
                #expect(error.message.hasSuffix("32 deep"), "\(error)")
            }
        }
        _ = try Condition(String(repeating: "(", count: 15) + "a = 1" + String(repeating: ")", count: 15))
    }
}
