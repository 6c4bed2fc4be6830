import StateMachines
import Testing

@Suite("Pictures")
struct PictureTests {
    private let job: MachineOutline
    private let finished: MachineTrace

    init() throws {
        job = try jobs().outline
        finished = MachineTrace(try jobs().history(of: .start, .finish))
    }

    private func expect(_ picture: String, has parts: String..., sourceLocation: SourceLocation = #_sourceLocation) {
        for part in parts {
            #expect(
                picture.contains(part), "\(part) is not in:\n\(picture)", sourceLocation: sourceLocation)
        }
    }

    @Test("machines 170: a Mermaid state diagram has the initial state and every edge")
    func stateDiagram() {
        expect(
            job.mermaidStateDiagram(), has: "stateDiagram-v2\n", "    [*] --> Idle\n", "    Idle --> Running: Start\n",
            "    Running --> Failed: Error\n")
        #expect(job.edges.count == 3)
    }

    @Test("machines 171: a Mermaid flow chart has the initial state as a circle and labelled links")
    func flowChart() {
        expect(job.mermaidFlowChart(), has: "flowchart LR\n", "    Idle((Idle))\n", "    Idle -->|Start| Running\n")
    }

    @Test("machines 173: a Graphviz graph runs from left to right and begins before the initial state")
    func digraph() {
        expect(
            job.graphvizDigraph(), has: "digraph FSM {\n", "    rankdir=LR\n",
            "    Idle -> Running [label=\"Start\"]\n",
            "    __start__ -> Idle\n")
    }

    @Test("machines 174: a Graphviz timeline has a node for each state that was entered")
    func timeline() {
        expect(
            finished.graphvizTimeline(), has: "digraph Timeline {\n", "    s0 [label=\"Idle\"",
            "    s0 -> s1 [label=\"Start\"]\n", "    s1 -> s2 [label=\"Finish\"]\n")
    }

    @Test("a drawing with short labels has the names of events, and marks where there is a condition")
    func shortDrawing() throws {
        let machine = try orders()
        let trace = MachineTrace(try machine.history(of: .pay(Payment(20))))
        let (full, short) = (
            machine.outline.drawing(after: trace), machine.outline.drawing(after: trace, isShort: true)
        )
        func columns(_ drawing: MachineDrawing) -> Int {
            drawing.lines.map { $0.reduce(0) { $0 + $1.text.count } }.max() ?? 0
        }
        #expect(columns(short) < columns(full) && short.lines.count == full.lines.count)
        #expect(short.description.contains("pay […]") && !short.description.contains("sends"))
        #expect(short.current == full.current && short.current != nil)
        #expect(machine.outline.drawing().current == nil)
    }

    @Test("machines 175: a history in which nothing has happened")
    func empty() {
        let history = MachineHistory<Job, JobEvent>(startingIn: .idle)
        #expect(history.isEmpty && history.visited == [.idle] && history.current == .idle && history.past.isEmpty)
        let trace = MachineTrace(history)
        #expect(trace.steps.isEmpty && trace.current.state == "Idle" && trace.stopReason == nil)
    }

    /// A picture by the name of its file.
    struct Picture: CustomTestStringConvertible {
        var name: String
        var make: @Sendable (MachineOutline, MachineTrace) -> String

        var testDescription: String { name }
    }

    static let pictures: [Picture] = [
        Picture(name: "state-diagram.mmd") { outline, trace in outline.mermaidStateDiagram(after: trace) },
        Picture(name: "flow-chart.mmd") { outline, trace in outline.mermaidFlowChart(after: trace) },
        Picture(name: "sequence.mmd") { outline, trace in trace.mermaidSequenceDiagram(of: outline.name) },
        Picture(name: "digraph.dot") { outline, trace in outline.graphvizDigraph(after: trace) },
        Picture(name: "timeline.dot") { _, trace in trace.graphvizTimeline() },
        Picture(name: "drawing.txt") { outline, trace in outline.drawing(after: trace).description },
    ]

    @Test("of an order on its way are as they were looked at and kept", arguments: pictures)
    func order(_ picture: Picture) throws {
        let machine = try orders()
        let history = try machine.history(of: .pay(Payment(20)), .pay(Payment(30)), .ship)
        let text = picture.make(machine.outline, MachineTrace(history))
        #expect(!text.contains("4111"))
        try Golden.check(text, "order-\(picture.name)")
    }

    @Test("of a document that was submitted are as they were looked at and kept", arguments: pictures)
    func document(_ picture: Picture) throws {
        let machine = try documents()
        let text = picture.make(machine.outline, MachineTrace(try machine.history(of: .submit)))
        try Golden.check(text, "document-\(picture.name)")
    }

    @Test(
        "names and texts that mean something to a picture's language, or to a terminal, are escaped",
        arguments: pictures)
    func hostile(_ picture: Picture) throws {
        let machine = try odd()
        let history = try machine.history(of: .plain, .quotes, .end)
        let text = picture.make(machine.outline, MachineTrace(history))
        for character in ["\u{1B}", "\u{07}", "\u{202E}", "\u{200B}", "\r"] {
            #expect(!text.unicodeScalars.contains { String($0) == character })
        }
        try Golden.check(text, "hostile-\(picture.name)")
    }

    @Test("a picture without a history lights nothing")
    func unlit() {
        #expect(!job.mermaidStateDiagram().contains("current") && !job.mermaidFlowChart().contains("linkStyle"))
        #expect(!job.graphvizDigraph().contains("penwidth") && !job.graphvizDigraph().contains("filled"))
        #expect(!job.drawing().lines.joined().contains { [.currentState, .takenLine, .takenLabel].contains($0.role) })
    }

    @Test("a drawing lights the present state and the lines that were taken, and no others")
    func lit() throws {
        let runs = job.drawing(after: finished).lines.joined()
        let text = { (role: MachineDrawing.Role) in runs.filter { $0.role == role }.map(\.text) }
        #expect(text(.takenLabel) == ["Start", "Finish"])
        #expect(text(.label) == ["Error"])
        #expect(text(.currentState).contains { $0.contains("● Completed") })
        #expect(!text(.state).contains { $0.contains("●") })
    }

    @Test("a drawing's lines are equally wide, also where characters take two columns")
    func width() throws {
        let wide = try Machine<Wide, Push>("Wide", initial: .first) {
            From(.first) { On(.e1).goto(.second) }
            From(.second) { On(.e2).where("日本") { _, _ in true }.goto(.first) }
        }
        let columns: @Sendable (Character) -> Int = { $0.isASCII || !$0.isLetter ? 1 : 2 }
        let drawing = wide.outline.drawing(measuring: columns)
        let widths = Set(drawing.lines.map { line in line.map(\.text).joined().reduce(0) { $0 + columns($1) } })
        #expect(widths.count == 1, "\(drawing)")
    }

    @Test("delays are told in the units that people use")
    func delays() throws {
        for (delay, words) in [
            (Duration.milliseconds(50), "50 ms"), (.seconds(30), "30 s"), (.seconds(5_400), "1 h 30 min"),
            (.seconds(86_401), "1 d 1 s"), (.milliseconds(1_500), "1 s 500 ms"),
        ] {
            let machine = try letters {
                From(.a) { On(.e1).goto(.b) }.timeout("t", after: delay, send: .e1)
            }
            expect(machine.outline.mermaidStateDiagram(), has: "note right of A: t after \(words) sends E1")
        }
    }
}

private enum Wide: String, CaseIterable, MachineState {
    case first = "日本語"
    case second = "b"
}

/// Names that a person might give, and that nobody should.
private enum Odd: String, CaseIterable, MachineState {
    case end
    case node
    case state1 = "In review: \"now\"; #1"
    case escape = "A\u{1B}[2J\u{07}\r\u{202E}B"
    case state3 = "state_3"
}

private enum OddEvent: String, CaseIterable, MachineEvent {
    case plain
    case quotes = "say \"no\" | \\ & <b>"
    case end = "end"
}

private func odd() throws -> Machine<Odd, OddEvent> {
    try Machine("Odd", initial: .end) {
        From(.end) { On(.plain).goto(.state1) }
        From(.state1) {
            On(.quotes).where("a: b; c\u{200B}") { _, _ in true }.goto(.escape)
            On(.plain).goto(.node, .state3) { _, _ in .node }
        }
        .timeout("t:\u{1B}", after: .seconds(1), send: .plain)
        From(.escape) {
            On(.end).stop("because; %% \"x\"")
            On(.plain).stay().producing(.quotes)
        }
        Final(.node, .state3)
    }
}
