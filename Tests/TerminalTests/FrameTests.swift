import TestSupport
import Testing

@testable import Terminal

@Suite("A frame is a grid that nothing leaves")
struct FrameTests {
    @Test("text is drawn from its place to the edge, and the columns used are told")
    func put() {
        var frame = Frame(size: Size(columns: 8, rows: 2))
        #expect(frame.put("ab", column: 1, row: 0) == 2)
        #expect(frame.put("日本橋", column: 3, row: 1) == 5)
        #expect(frame.lines == [" ab     ", "   日本 "])
        #expect(frame[4, 1].isContinuation)
        #expect(frame.text == " ab\n   日本")
    }

    @Test("a wide character at the right edge becomes a space")
    func wideAtEdge() {
        var frame = Frame(size: Size(columns: 3, rows: 1))
        frame.fill(frame.area, with: "x")
        frame.put("a日", column: 1, row: 0)
        #expect(frame.lines == ["xa "])
    }

    @Test("text that begins left of its area is cut there")
    func negativeColumn() {
        var frame = Frame(size: Size(columns: 6, rows: 1))
        #expect(frame.put("日本橋", column: -1, row: 0) == 6)
        #expect(frame.lines == [" 本橋 "])
    }

    @Test("half a wide character is never left behind")
    func overwriteWide() {
        var frame = Frame(size: Size(columns: 4, rows: 1))
        frame.put("日本", column: 0, row: 0)
        frame.put("x", column: 1, row: 0)
        #expect(frame.lines == [" x本"])
        frame.put("y", column: 2, row: 0)
        #expect(frame.lines == [" xy "])
        frame.put("日本", column: 0, row: 0)
        frame.fill(Area(column: 1, columns: 2, rows: 1), with: "-")
        #expect(frame.lines == [" -- "])
    }

    @Test("a limit cuts with an ellipsis, an area's edge without")
    func limit() {
        var frame = Frame(size: Size(columns: 10, rows: 1))
        #expect(frame.put("hello world", column: 0, row: 0, limit: 5) == 5)
        #expect(frame.text == "hell…")
        let area = Area(column: 6, columns: 3, rows: 1)
        #expect(frame.put("wonder", column: 1, row: 0, in: area) == 2)
        #expect(frame.text == "hell…  wo")
        #expect(frame.put("below", column: 0, row: 1, in: area) == 0)
    }

    @Test("escapes are dimmed in the role of their text")
    func dimmed() {
        var frame = Frame(size: Size(columns: 3, rows: 1))
        frame.put(DisplayText("a\u{1B}"), column: 0, row: 0, role: .error, attributes: .bold)
        #expect(frame[0, 0].attributes == .bold)
        #expect(frame[1, 0].attributes == [.bold, .dim])
        #expect(frame[1, 0].role == .error)
    }

    @Test("restyling changes the look and leaves the text")
    func restyle() {
        var frame = Frame(size: Size(columns: 3, rows: 2))
        frame.put("abc", column: 0, row: 0)
        frame.restyle(Area(columns: 10, rows: 1), role: .focus, adding: .reverse)
        #expect(frame.text == "abc\n")
        #expect(frame[2, 0].role == .focus)
        #expect(frame[0, 1].role == .text)
    }

    @Test("random drawing at random sizes keeps every row whole")
    func neverOutside() {
        var random = SeededRandom.announced()
        for _ in 0..<400 {
            let size = Size(columns: .random(in: 0...24, using: &random), rows: .random(in: 0...8, using: &random))
            var frame = Frame(size: size)
            for _ in 0..<30 { scribble(on: &frame, using: &random) }
            #expect(frame.cells.count == size.columns * size.rows)
            for row in 0..<size.rows { expectWhole(frame, row: row) }
        }
    }

    @Test("drawing in an area changes no cell outside it")
    func neverOutsideArea() {
        var random = SeededRandom.announced()
        for _ in 0..<400 {
            var frame = Frame(size: Size(columns: 20, rows: 6))
            frame.fill(frame.area, with: "#", role: .rule)
            let area = randomArea(using: &random)
            for _ in 0..<20 { scribble(on: &frame, in: area, using: &random) }
            for row in 0..<6 {
                for column in 0..<20 where !area.contains(Position(column: column, row: row)) {
                    #expect(frame[column, row] == Cell(base: "#", role: .rule))
                }
            }
        }
    }

    private func randomArea(using random: inout SeededRandom) -> Area {
        Area(
            column: .random(in: -3...22, using: &random), row: .random(in: -3...8, using: &random),
            columns: .random(in: -1...22, using: &random), rows: .random(in: -1...8, using: &random))
    }

    private func scribble(on frame: inout Frame, in area: Area? = nil, using random: inout SeededRandom) {
        let samples: [DisplayText] = ["日本橋", "abc", "e\u{301}日", "😀", DisplayText("\u{202E}日"), " ", "─"]
        let text = samples[Int.random(in: 0..<samples.count, using: &random)]
        if area == nil, Int.random(in: 0..<5, using: &random) == 0 {
            frame.fill(randomArea(using: &random), with: text, role: .muted)
            return
        }
        frame.put(
            text, column: .random(in: -8...30, using: &random), row: .random(in: -2...9, using: &random),
            limit: Bool.random(using: &random) ? Int.random(in: -1...6, using: &random) : nil, in: area)
    }

    /// Every wide character has its continuation, and every continuation its character.
    private func expectWhole(_ frame: Frame, row: Int) {
        for column in 0..<frame.size.columns {
            let cell = frame[column, row]
            let isWide = !cell.isContinuation && DisplayText(cell.character).width == 2
            let next = column + 1 < frame.size.columns ? frame[column + 1, row].isContinuation : false
            #expect(isWide == next)
        }
        if frame.size.columns > 0 { #expect(!frame[0, row].isContinuation) }
    }
}

@Suite("Areas are cut into areas")
struct AreaTests {
    @Test("the parts of a split cover it and don't overlap", arguments: [-1, 0, 3, 10, 99])
    func splits(count: Int) {
        let area = Area(column: 2, row: 1, columns: 10, rows: 10)
        for (first, second) in [
            area.split(top: count), area.split(bottom: count), area.split(left: count), area.split(right: count),
        ] as [(Area, Area)] {
            #expect(first.columns * first.rows + second.columns * second.rows == 100)
            #expect(first.intersection(second).isEmpty)
            #expect(first.intersection(area) == first && second.intersection(area) == second)
        }
        #expect(area.split(bottom: 3).bottom.row == 8)
        #expect(area.split(right: 4).right.column == 8)
    }

    @Test("an inset never turns inside out")
    func inset() {
        #expect(Area(columns: 10, rows: 4).inset(columns: 2, rows: 1) == Area(column: 2, row: 1, columns: 6, rows: 2))
        #expect(Area(columns: 3, rows: 1).inset(columns: 2, rows: 2).isEmpty)
        #expect(Area(columns: 3, rows: 2).line(1) == Area(row: 1, columns: 3, rows: 1))
        #expect(Area(columns: 3, rows: 2).line(2).isEmpty)
    }
}
