import EventSourcing
import Foundation
import StateMachines
import TestSupport
import Testing

@testable import Inspection

@Suite("A machine file of any size and any bytes")
struct MachineFileBoundsTests {
    /// What is wrong with a text; nil for one that is read.
    private func mistake(_ text: String) -> String? {
        do {
            _ = try MachineFile(text, name: "a.machine")
            return nil
        } catch {
            return "\(error.line):\(error.column): \(error.message)"
        }
    }

    private static let head = "machine A\nstart s0\nevent e\n"

    @Test("one that is too long, or is not UTF-8, is refused with its place")
    func bytes() {
        let long = String(repeating: "#", count: MachineFile.largestSize + 1)
        #expect(mistake(long) == "1:1: a machine file has at most 1048576 bytes, and this one has 1048577")
        #expect(mistake(String(long.dropLast()))?.hasPrefix("1:1: the file describes nothing") == true)
        do {
            _ = try MachineFile(Array("machine A\nstart ".utf8) + [0xFF], name: "a.machine")
            Issue.record("it was read")
        } catch {
            #expect(error.description == "a.machine:2:7: the text is not UTF-8")
        }
    }

    @Test("one with too many machines, states, events, rows, values or operations is refused where there are too many")
    func counts() {
        func lines(_ count: Int, _ line: (Int) -> String) -> String { (0..<count).map(line).joined(separator: "\n") }
        let machine: (Int) -> String = { "machine M\($0)\nstart a\nevent e\nin a\non e stays" }
        #expect(mistake(lines(100, machine)) == nil)
        #expect(mistake(lines(101, machine)) == "501:9: a machine file has at most 100 machines")
        let state: (Int) -> String = { "in s\($0)\non e goes to s\($0 + 1)" }
        #expect(mistake(Self.head + lines(199, state) + "\nfinal s199") == nil)
        #expect(mistake(Self.head + lines(200, state) + "\nfinal s200") == "404:7: a machine has at most 200 states")
        let event: (Int) -> String = { "event e\($0)" }
        #expect(mistake(Self.head + lines(199, event) + "\nin s0") == nil)
        #expect(mistake(Self.head + lines(200, event) + "\nin s0") == "203:7: a machine has at most 200 events")
        let row: (Int) -> String = { "on e when n = \($0) goes to s0 with n 1" }
        #expect(mistake(Self.head + "in s0\n" + lines(2_000, row)) == nil)
        #expect(
            mistake(Self.head + "in s0\n" + lines(2_001, row))
                == "2005:1: a machine file has at most 2000 rows and timeouts")
        let block: (Int) -> String = { _ in "in s0" }
        #expect(mistake(Self.head + lines(2_000, block)) == nil)
        #expect(
            mistake(Self.head + lines(2_001, block))
                == "2004:1: a machine file has at most 2000 lines that begin with 'in'")
        let names = (0..<100).map { "s\($0)" }.joined(separator: ", ")
        #expect(mistake(Self.head + "in \(names)\n" + lines(20) { "on e when n = \($0) goes to s0 with n 1" }) == nil)
        #expect(
            mistake(Self.head + "in \(names)\n" + lines(21) { "on e when n = \($0) goes to s0 with n 1" })
                == "25:1: a machine has at most 2000 rows and timeouts, counted once for each of their states and events"
        )
        #expect(
            mistake(Self.head + "in \(names)\non e stays\n" + lines(20) { "after 1 day \"\($0)\" sends e" })
                == "25:1: a machine has at most 2000 rows and timeouts, counted once for each of their states and events"
        )
        let operations = { (count: Int) in
            "in s0\non e goes to s0 with n 1\n" + lines(count - 1) { _ in "add 1 to n" }
        }
        #expect(mistake(Self.head + operations(100)) == nil)
        #expect(mistake(Self.head + operations(101)) == "105:1: a row has at most 100 operations")
        let carried = { (count: Int) in "event f " + (0..<count).map { "v\($0)=text" }.joined(separator: " ") }
        #expect(mistake(Self.head + carried(50) + "\nin s0") == nil)
        #expect(mistake(Self.head + carried(51)) == "4:7: an event carries at most 50 values")
    }

    @Test("as long as may be, in one line, it is read or refused without much work")
    func long() {
        let ones = String(repeating: "1+", count: 400_000) + "1"
        #expect(mistake(Self.head + "in s0\non e when \(ones) = 1 goes to s0") == nil)
        let ors = String(repeating: "1 = 1 or ", count: 100_000) + "1 = 1"
        #expect(mistake(Self.head + "in s0\non e when \(ors) goes to s0") == nil)
        let parentheses = (0..<100_000).map { _ in "(1 = 1)" }.joined(separator: "or")
        #expect(mistake(Self.head + "in s0\non e when \(parentheses) goes to s0") == nil)
        let names = (0..<100_000).map { "s\($0)" }.joined(separator: ",")
        #expect(mistake(Self.head + "in " + names)?.hasSuffix("a machine has at most 200 states") == true)
        #expect(
            mistake(Self.head + "in s0\non e when \(String(repeating: "(", count: 500_000))")?.contains("32 deep")
                == true)
        #expect(mistake(Self.head + "in s0\non e when \"\(String(repeating: "\\\"", count: 500_000))") != nil)
        #expect(mistake(Self.head + "event f x=\(String(repeating: "y|", count: 400_000))") != nil)
    }

    @Test("a condition that asks for more work than any machine can do does not hold")
    func costlyCondition() throws {
        let inner = "sum(list, count(list) + sum(list, sum(list, sum(list, sum(list, 1)))))"
        let file = try MachineFile(
            Self.head + "in s0\non e when \(inner) > 0 goes to s0 with list []\non e stays", name: "a.machine")
        let machine = try #require(file.machines.first)
        let list = JSONValue.array(Array(repeating: 1, count: 500))
        #expect(try machine.decide(TextEvent("e"), in: TextState("s0", ["list": list])).target == .stay)
        let few = TextState("s0", ["list": [1, 2]])
        #expect(try machine.decide(TextEvent("e"), in: few).target == .goto(TextState("s0", ["list": []])))
    }

    @Test("the conditions of a machine share what they may cost, and each one keeps enough for any sensible one")
    func sharedCost() throws {
        /// Whether a condition over so many elements holds beside so many others.
        func holds(over count: Int, beside others: Int) throws -> Bool {
            let rows = (0..<others).map { "on e when count(list) = -\($0 + 1) stays\n" }.joined()
            let file = try MachineFile(
                Self.head + "in s0\n\(rows)on e when sum(list, 1) > 0 goes to s0 with list []\non e stays", name: "a")
            let list = JSONValue.array(Array(repeating: 1, count: count))
            let machine = try #require(file.machines.first)
            return try machine.decide(TextEvent("e"), in: TextState("s0", ["list": list])).target != .stay
        }
        #expect(try holds(over: 90_000, beside: 0) && holds(over: 9_000, beside: 9))
        #expect(try !holds(over: 110_000, beside: 0) && !holds(over: 11_000, beside: 9))
        #expect(try holds(over: 1_900, beside: 1_900) && !holds(over: 2_100, beside: 1_900))
    }

    @Test("any bytes are read or refused with a place that is in the file, and never trap")
    func anyBytes() throws {
        var random = TestSupport.SeededRandom.announced()
        let words = [
            "machine ", "start ", "final ", "event ", "in ", "on ", "when ", "goes to ", "stays ", "stops ", "with ",
            "without ", "overriding", "after ", "5 minutes ", "sends ", "and ", "or ", "not ", "<=", "!", "amount=text",
            "set ", "add ", "append ", "remove ", "to ", "event.amount", "total", "items[sku = event.sku]", "sum(", "[",
            "]", "{", "}", "(", ")", "\"", "\\", ",", ":", "=", "*", "-", "?", ".", "1", "0.5e9", "null", "true", " ",
            "\n", "\r\n", "#", "é", "\u{0}", "\u{202E}", "pending", "paid", "|",
        ]
        let sample = Array(try String(contentsOfFile: Samples.purchaseMachine, encoding: .utf8).utf8)
        for _ in 0..<3_000 {
            var bytes: [UInt8]
            if Bool.random(using: &random) {
                bytes = Array(Self.head.utf8)
                for _ in 0..<Int.random(in: 0..<60, using: &random) {
                    bytes += Array((words.randomElement(using: &random) ?? "").utf8)
                }
            } else {
                bytes = sample
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes.remove(at: place)
                    default:
                        bytes.insert(contentsOf: Array((words.randomElement(using: &random) ?? "").utf8), at: place)
                    }
                }
            }
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            do {
                let file = try MachineFile(bytes, name: "a.machine")
                for warning in file.warnings { #expect((1...lines.count).contains(warning.line)) }
            } catch {
                #expect((1...lines.count).contains(error.line))
                #expect((1...lines[error.line - 1].count + 1).contains(error.column))
            }
        }
    }
}
