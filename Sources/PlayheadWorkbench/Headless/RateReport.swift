import Terminal

/// A progress line with a rate and an estimate, ten times a second at the most, and only on a terminal.
struct RateReport {
    private let total: Int64?
    private let what: DisplayText
    private let output: PlainOutput
    private let start = ContinuousClock.now
    private var shown = ContinuousClock.now

    /// - Parameter total: how much there is; nil where nobody knows.
    init(of total: Int64?, what: DisplayText, on output: PlainOutput) {
        self.total = total
        self.what = what
        self.output = output
    }

    mutating func show(_ done: Int64) {
        guard output.isTerminal, ContinuousClock.now - shown >= .milliseconds(100) else { return }
        shown = .now
        let took = seconds
        let rate = took > 0 ? Double(done) / took : 0
        let all: DisplayText = total.map { " of \(Self.grouped($0))" } ?? DisplayText()
        var line: DisplayText = "\(Self.grouped(done))\(all) \(what), \(Self.grouped(Int64(rate)))/s"
        if let total, rate > 0 { line += ", \(Int64((Double(max(0, total - done)) / rate).rounded(.up))) s left" }
        output.showProgress(line)
    }

    /// `1,000,000 events in 4.8 s, 208,333/s`.
    func summary(_ done: Int64) -> DisplayText {
        let took = seconds
        let tenths = Int64((took * 10).rounded())
        let rate = Int64(took > 0 ? Double(done) / took : 0)
        return "\(Self.grouped(done)) \(what) in \(tenths / 10).\(tenths % 10) s, \(Self.grouped(rate))/s"
    }

    private var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    /// `1,000,000`.
    static func grouped(_ number: Int64) -> DisplayText {
        var text = ""
        let digits = Array(String(number))
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return DisplayText(text)
    }
}
