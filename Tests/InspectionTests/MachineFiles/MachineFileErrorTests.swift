import Testing

@testable import Inspection

@Suite("What is wrong with a machine file")
struct MachineFileErrorTests {
    static let cases: [WrongText] = [
        // Headings.
        .init("", "1:1: the file describes nothing; it begins with a line such as 'machine Turnstile'"),
        .init("# nothing\n", "1:1: the file describes nothing; it begins with a line such as 'machine Turnstile'"),
        .init("start a", "1:1: 'start' stands below a machine: begin with a line such as 'machine Turnstile'"),
        .init("on a goes to b", "1:1: 'on' stands below a machine: begin with a line such as 'machine Turnstile'"),
        .init(
            "set a to 1",
            "1:1: 'set' stands below the row that it belongs to: put a line such as 'on coin goes to open' before it"),
        .init(
            "machine", "1:8: the line ends where the entity type, the part of a stream's name before '|' was expected"),
        .init(
            "machine Or|der",
            "1:9: an entity type has from 1 to 255 bytes and no '|'"),
        .init("machine Order Order", #"1:15: there is "Order" where the end of the heading was expected"#),
        .init(
            "machine A\nstart a\nevent x\nin a\non x stays\nmachine A",
            #"6:9: the machine "A" is described twice, first on line 1"#),
        .init(
            "machine A\nevent x",
            #"1:9: the machine "A" has no first state; below it stands a line such as 'start locked'"#),
        .init("machine A\nstart a", #"1:9: the machine "A" has no events; below it stand lines such as 'event coin'"#),
        .init("machine A\nstart a\nstart b", "3:1: 'start' stands twice in this machine, first on line 2"),
        .init("machine A\nstart", "2:6: the line ends where the name of the first state was expected"),
        .init("machine A\nstart a b", #"2:9: there is "b" where the end of the heading was expected"#),
        .init(
            "machine A\nstart a with n",
            #"2:15: the line ends where a value: event.NAME, a member of the state, a number or a "text" was expected"#),
        .init(
            "machine A\nstart a with n event.x",
            "2:16: there is no event before the first one, so start can't use 'event'"),
        .init(
            "machine A\nstart a with n m\nevent x",
            #"2:16: no state has a value "m"; did you mean n?"#),
        .init(
            "machine A\nstart a with n time\nevent x",
            "2:16: a machine does not know an event's time; a value with this name is written state.time"),
        .init(
            "machine A\nstart a with n 1 + \"x\"\nevent x",
            "2:7: the first state can't be made: the value is a text, and only numbers can be counted with"),
        .init(
            "machine A\nstart a with state.n 1, state 2\nevent x",
            "2:25: a value of the state has a name of its own, as in 'with total 5'"),
        .init(
            "machine A\nstart a\nfinal b c",
            #"3:9: there is "c" where the end of the heading: states are separated by commas was expected"#),
        .init("machine A\nstart a\nfinal b, b", #"3:10: "b" stands twice in this line"#),
        .init(
            "machine A\nstart a\nevent x\nevent x", #"4:7: the event "x" stands twice in this machine, first on line 3"#
        ),
        .init(
            "machine A\nstart a\nevent x amount",
            #"3:15: the line ends where '=' and the kind of "amount", as in amount=number was expected"#),
        .init(
            "machine A\nstart a\nevent x amount =number",
            #"3:16: there is "=" where '=' and the kind of "amount", as in amount=number was expected"#
        ),
        .init(
            "machine A\nstart a\nevent x amount=",
            "3:16: the line ends where the kind of value: text, integer, number or boolean, or words such as card|cash was expected"
        ),
        .init(
            "machine A\nstart a\nevent x amount=numbr",
            #"3:16: there is no kind of value "numbr"; did you mean number?"#),
        .init(
            "machine A\nstart a\nevent x amount=money",
            #"3:16: there is no kind of value "money"; it is text, integer, number or boolean, or words such as card|cash"#
        ),
        .init(
            "machine A\nstart a\nevent x way=card|card",
            #"3:13: "card" stands twice in this kind"#
        ),
        .init("machine A\nstart a\nevent x n=text n=text", #"3:16: "n" stands twice in this event"#),
        .init(
            "machine A\nstart a\nevent x, y",
            #"3:8: there is "," where what the event carries, as in amount=number was expected"#),
        .init(
            "machine A\nstart a\nevent x\non x stays",
            "4:1: 'on' stands below the states that it is about: put a line such as 'in locked' before it"),
        .init(
            "machine A\nstart a\nevent x\nafter 1 day \"t\" sends x",
            "4:1: 'after' stands below the states that it is about: put a line such as 'in locked' before it"),
        .init(
            "machine A\nstart a\nevent x\nin a\non x goes to a\nfinal b\nset n to 1",
            "7:1: 'set' stands below the row that it belongs to: put a line such as 'on coin goes to open' before it"),
        .init(
            "machine A\nstart a\nin a\nevent x\non x goes to a",
            "5:1: 'on' stands below the states that it is about: put a line such as 'in locked' before it"),
        .init("machine A\nstart a\nevnt x", #"3:1: no line begins with "evnt"; did you mean event?"#),
        .init("machine A\nstart a\nstate b", #"3:1: no line begins with "state"; did you mean start?"#),
        .init("machine A\nstart a\n= b", #"3:1: there is "=" where a heading or a row was expected"#),
        .init("machine A\nstart a\nin", "3:3: the line ends where the name of a state was expected"),
        .init(
            "machine A\nstart a\nin a b",
            #"3:6: there is "b" where the end of the heading: states are separated by commas was expected"#),
        .init("machine A\nstart a\nin a, a", #"3:7: "a" stands twice in this line"#),
        .init("machine A\nstart \(String(repeating: "a", count: 65))", "2:7: a name has at most 64 letters"),
        // Rows.
        .init(line: "on", "9:3: the line ends where the name of an event was expected"),
        .init(
            line: "on tick",
            #"9:8: the line ends where 'when' and a condition, or a target ('goes to STATE', 'stays' or 'stops "reason"') was expected"#
        ),
        .init(line: "on tick, tick stays", #"9:10: "tick" stands twice in this line"#),
        .init(line: "on tik stays", #"9:4: there is no event "tik"; did you mean tick?"#),
        .init(line: "on refund stays", #"9:4: there is no event "refund"; an event has a line such as 'event refund'"#),
        .init(line: "on pay goes busy", #"9:13: there is "busy" where 'to' and a state was expected"#),
        .init(line: "on pay goes to", "9:15: the line ends where the name of a state was expected"),
        .init(line: "on pay goes to buzy", #"9:16: there is no state "buzy"; did you mean busy?"#),
        .init(
            line: "on pay goes to shipped",
            #"9:16: there is no state "shipped"; a state has a line such as 'in shipped' or 'final shipped'"#),
        .init(line: "on pay goes to busy when total > 5", "9:21: 'when' and its condition stand before the target"),
        .init(
            line: "on pay stays with total 1",
            "9:8: what stays keeps its values; 'goes to' the same state enters it anew, with other ones"),
        .init(line: "on pay stops", "9:13: the line ends where a text in quotes was expected"),
        .init(line: "on pay stops \"\"", "9:14: a reason has from 1 to 1024 bytes"),
        .init(
            line: "on pay stays\non pay stays",
            "10:1: new takes pay on line 9 already, whatever the values are; give that line a condition with 'when', end this one with 'overriding', or take one of them away"
        ),
        .init(
            line: "on tick stays",
            "13:1: new takes tick on line 9 already, whatever the values are; give that line a condition with 'when', end this one with 'overriding', or take one of them away"
        ),
        .init(line: "on tick stays overiding", #"9:15: there is "overiding" where the end of the row was expected"#),
        .init(
            line: "on pay goes to busy with total",
            #"9:31: the line ends where a value: event.NAME, a member of the state, a number or a "text" was expected"#),
        .init(
            line: "on pay goes to busy with state {}",
            "9:26: a value of the state has a name of its own, as in 'with total 5'"),
        .init(
            line: "on pay goes to busy with total 1 note 2",
            #"9:34: there is "note" where the end of the row was expected"#),
        .init(line: "on pay goes to busy without toatl", #"9:29: no state has a value "toatl"; did you mean total?"#),
        .init(
            line: "on pay goes to busy\nremove nothing",
            #"10:1: no state has a value "nothing"; a row gives it one, as in 'goes to paid with nothing 5'; a text is written in quotes"#
        ),
        .init(
            line: "set total to 5",
            "9:1: 'set' stands below the row that it belongs to: put a line such as 'on coin goes to open' before it"
        ),
        .init(
            line: "on pay stays\nset total to 5",
            "10:1: the values change on the way to a state only; give the row above 'goes to' and a state"),
        .init(
            line: "on pay goes to busy\nset state to 5",
            "10:1: a value of the state has a name of its own, as in 'with total 5'"),
        .init(
            line: "on pay goes to busy\nset total = 5",
            #"10:11: there is "=" where 'to' and a value, as in 'set status to "paid"' was expected"#),
        // Conditions and values.
        .init(
            line: "on pay when goes to busy",
            #"9:13: there is "goes" where a value was expected; a value with this name is written state.goes"#),
        .init(line: "on pay when event.amount goes", "9:30: the line ends where 'to' and a state was expected"),
        .init(line: "on pay when event.amout > 5 stays", #"9:13: pay carries no "amout"; did you mean amount?"#),
        .init(line: "on pay, tick when event.amount > 5 stays", #"9:19: tick carries no "amount"; it carries nothing"#),
        .init(line: "on tick when event.amount? > 5 stays", #"9:14: tick carries no "amount"; it carries nothing"#),
        .init(line: "on tick when event.amount > 5 stays", #"9:14: tick carries no "amount"; it carries nothing"#),
        .init(
            line: "on cancel when event.reason = \"x\" stays",
            "9:16: cancel may come without reason; write event.reason?, which is null then"),
        .init(
            line: "on pay when amount > 5 stays",
            #"9:13: no state has a value "amount"; what the event carries is written event.amount"#),
        .init(line: "on pay when toatl > 5 stays", #"9:13: no state has a value "toatl"; did you mean total?"#),
        .init(
            line: "on pay when note = fine stays",
            #"9:20: no state has a value "fine"; a row gives it one, as in 'goes to paid with fine 5'; a text is written in quotes"#
        ),
        .init(line: "on pay when total == 5 stays", "9:19: values are compared with one '='"),
        .init(line: "on pay when total <> 5 stays", "9:19: 'not equal' is written !="),
        .init(
            line: "on pay when ! total stays",
            #"9:13: there is "!" where a value: event.NAME, a member of the state, a number or a "text" was expected"#),
        .init(line: "on pay when total ! 5 stays", "9:19: '!=' compares; what must not hold is written 'not …'"),
        .init(
            line: "on pay when 1 < total < 5 stays", "9:23: two values are compared at a time, as in a < b and b < c"),
        .init(
            line: "on pay when total > stays",
            #"9:21: there is "stays" where a value was expected; a value with this name is written state.stays"#),
        .init(
            line: "on pay when not and total = 5 stays",
            #"9:17: there is "and" where a value was expected; a value with this name is written state.and"#),
        .init(
            line: "on pay when note = \"ä\" ≥ 5 stays",
            #"9:24: there is "≥" where a target ('goes to STATE', 'stays' or 'stops "reason"') was expected"#),
        .init(line: "on pay when (total > 5 stays", #"9:24: there is "stays" where ')' was expected"#),
        .init(
            line: "on pay when (total > 5)) stays",
            #"9:24: there is ")" where a target ('goes to STATE', 'stays' or 'stops "reason"') was expected"#),
        .init(
            line: "on pay when total > 5 and stays",
            #"9:27: there is "stays" where a value was expected; a value with this name is written state.stays"#),
        .init(
            line: "on pay when seq > 5 stays",
            "9:13: a machine does not know an event's seq; a value with this name is written state.seq"),
        .init(line: "on pay when \(String(repeating: "(", count: 40))", "9:45: values are nested at most 32 deep"),
        .init(
            line: "on pay when \(String(repeating: "not ", count: 40)) total",
            "9:141: values are nested at most 32 deep"
        ),
        // Timeouts.
        .init(line: "after", "9:6: the line ends where a time, as in 'after 30 minutes' was expected"),
        .init(
            line: "after soon \"t\" sends tick",
            #"9:7: there is "soon" where a time, as in 'after 30 minutes' was expected"#),
        .init(
            line: "after 5 \"t\" sends tick",
            #"9:9: there is """ where a unit of time: milliseconds, seconds, minutes, hours, days or weeks was expected"#
        ),
        .init(
            line: "after 5 fortnights \"t\" sends tick",
            #"9:9: there is no unit of time "fortnights"; it is milliseconds, seconds, minutes, hours, days or weeks"#),
        .init(
            line: "after 5 minuts \"t\" sends tick", #"9:9: there is no unit of time "minuts"; did you mean minutes?"#),
        .init(
            line: "after 0 days \"t\" sends tick",
            "9:7: a timeout comes after a microsecond at the least and 100 years at the most"),
        .init(
            line: "after 0.5 milliseconds sends tick",
            #"9:24: there is "sends" where the timeout's name in quotes, as in 'after 30 minutes "payment" sends …' was expected"#
        ),
        .init(
            line: "after 0.0001 milliseconds \"t\" sends tick",
            "9:7: a timeout comes after a microsecond at the least and 100 years at the most"),
        .init(
            line: "after 40000 days \"t\" sends tick",
            "9:7: a timeout comes after a microsecond at the least and 100 years at the most"),
        .init(
            line: "after 1e40 days \"t\" sends tick",
            "9:7: a timeout comes after a microsecond at the least and 100 years at the most"),
        .init(
            line: "after 5 days sends tick",
            #"9:14: there is "sends" where the timeout's name in quotes, as in 'after 30 minutes "payment" sends …' was expected"#
        ),
        .init(
            line: "after 5 days \"\" sends tick",
            #"9:14: a timeout's name has from 1 to 1024 bytes, and is not "(opened)", which the engine keeps for itself"#
        ),
        .init(
            line: "after 5 days \"(opened)\" sends tick",
            #"9:14: a timeout's name has from 1 to 1024 bytes, and is not "(opened)", which the engine keeps for itself"#
        ),
        .init(line: "after 5 days \"t\" tick", #"9:18: there is "tick" where 'sends' and an event was expected"#),
        .init(line: "after 5 days \"t\" sends tock", #"9:24: there is no event "tock"; did you mean tick?"#),
        .init(
            line: "after 5 days \"t\" sends pay with amount 5, method \"card\"",
            "9:1: new has no row for pay, which the timeout sends; put a line such as 'on pay goes to …' below 'in new'"
        ),
        .init(
            line: "after 5 days \"t\" sends late with days 5",
            "9:24: late carries gift, and a timeout gives it, as in 'sends late with gift …'"),
        .init(
            line: "after 5 days \"t\" sends late with days total, gift true",
            "9:39: days=integer takes a value of this kind that is written out, for a timeout always sends the same"
        ),
        .init(
            line: "after 5 days \"t\" sends late with days \"5\", gift true",
            "9:39: days=integer takes a value of this kind that is written out, for a timeout always sends the same"),
        .init(line: "after 5 days \"t\" sends late with days 1, days 5", #"9:42: "days" is given twice"#),
        .init(line: "after 5 days \"t\" sends late with dayz 1", #"9:34: late carries no "dayz"; did you mean days?"#),
        .init(
            line: "after 5 days \"t\" sends tick\nafter 6 days \"t\" sends tick",
            #"10:1: new has a timeout named "t" on line 9 already; give this one another name, or take one of them away"#
        ),
    ]

    @Test("is told with its line and column, and with what would be right", arguments: cases)
    func table(_ example: WrongText) {
        do {
            _ = try MachineFile(example.text, name: "order.machine")
            Issue.record("it was read")
        } catch {
            #expect(error.description == "order.machine:" + example.error)
        }
    }
}

extension WrongText {
    /// A line of a machine that has states, events and values, on line 9.
    fileprivate init(line: String, _ error: String) {
        self.init(
            """
            machine Order
            start new with total 5, note "x"
            final done, gone
            event pay amount=integer method=card|cash
            event cancel reason=text?
            event late days=integer gift=boolean
            event tick
            in new
            \(line)
            in busy
            on tick goes to done
            in new
            on tick goes to busy
            """, error)
    }
}
