import EventSourcing
import Foundation
import TestSupport
import Testing

@testable import SQLiteStorage

@Suite("Lines take bounded memory")
struct LongLinesTests {
    @Test("a line is as long as a row can be, and a longer one is refused with its number and the limit")
    func longest() throws {
        #expect(LinesReader.longestLine == 160 << 20)
        let folder = try TemporaryFolder()
        for end in ["\n", "\nmore\n", ""] {
            let text =
                "one\n\(String(repeating: "x", count: 2_000_000))\n\(String(repeating: "y", count: 2_000_001))\(end)"
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("lines")))
            let reader = try LinesReader(folder.file("lines"), longest: 2_000_000)
            var counts: [Int] = []
            let error = #expect(throws: LinesError.self) {
                while let count = try reader.next({ $0.count }) { counts.append(count) }
            }
            #expect(counts == [3, 2_000_000])
            #expect(
                error?.description
                    == "\(folder.file("lines")), line 3, column 1: it is longer than the 2000000 bytes that the line of a row "
                    + "has at most; nothing was written")
        }
    }

    @Test("a line of more values than can be read in little memory is refused with its number and the limit")
    func manyValues() throws {
        let folder = try TemporaryFolder()
        let header =
            #"{"playhead":"lines","version":1,"store":"00000000000000000000000001","created":0,"highWater":0,"#
            + #""deletedEvents":0}"#
        let values = String(repeating: "[],", count: 600_000)
        try Data("\(header)\n{\"table\":\"events\",\"payload\":{\"json\":[\(values)0]}}\n".utf8).write(
            to: URL(fileURLWithPath: folder.file("lines")))
        let error = #expect(throws: LinesError.self) {
            try SQLiteStore.importLines(folder.file("lines"), into: folder.file("new.db"))
        }
        #expect(error?.line == 2)
        #expect(error?.clause == "it has more than 1001000 values; content of so many stands in a line as a 'text'")
        #expect(try folder.contents().keys.sorted() == ["lines"])
    }

    @Test("values are counted, and what stands in texts is not")
    func counting() {
        let texts: [(String, Int)] = [
            ("[1,2,3]", 4), (#"{"a":{"b":[]},"c":1}"#, 5), (#"["a,[{","\",,"]"#, 3), (#"["\\",1]"#, 3),
        ]
        for (text, most) in texts {
            // A short one is filled up, because none of fewer bytes than the limit has more values.
            let bytes = Array(text.utf8) + Array(repeating: UInt8(ascii: " "), count: 30)
            #expect(!JSONPlaces.hasMoreValues(than: most, in: bytes), "\(text)")
            #expect(JSONPlaces.hasMoreValues(than: most - 1, in: bytes), "\(text)")
        }
    }

    @Test("content of many values, or that would be long as JSON or a text, is written in another form")
    func forms() {
        let control = String(repeating: "\u{1}", count: 20)
        for (content, form) in [
            ("[1,2,3,4,5,6,7,8,9]", "json"), ("[1,2,3,4,5,6,7,8,9,10]", "text"), ("[1, 2]", "text"),
            ("\"\(String(repeating: "é", count: 20))\"", "json"), (control, "base64"),
            ("\(control)\(control)ab", "base64"),
            (String(control.prefix(8)), "text"),
        ] {
            var text = LineText(mostValues: 10, freeSigns: 50)
            text.begin()
            text.add("before", 1)
            text.add("payload", content: Array(content.utf8))
            text.add("after", 2)
            text.end()
            let line = String(decoding: text.bytes, as: UTF8.self)
            #expect(line.hasPrefix(#"{"before":1,"payload":{"\#(form)":"#), "\(line)")
            #expect(line.hasSuffix("},\"after\":2}\n"), "\(line)")
        }
    }

    @Test("a pause is due after so many lines, or so many bytes of longer ones")
    func pauses() throws {
        let folder = try TemporaryFolder()
        let long = String(repeating: "x", count: 9 << 20)
        let text = String(repeating: "x\n", count: 1_500) + "\(long)\n\(long)\n" + String(repeating: "x\n", count: 999)
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("lines")))
        let reader = try LinesReader(folder.file("lines"))
        var due: [Int64] = []
        while try reader.next({ _ in () }) != nil {
            if reader.isPauseDue() { due.append(reader.number) }
        }
        #expect(due == [1_000, 1_502])
    }
}
