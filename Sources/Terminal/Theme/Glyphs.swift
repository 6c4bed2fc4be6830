/// The signs of the screen by what they mean, in Unicode or in ASCII.
///
/// In Unicode all are one column wide but `paused`; in ASCII the arrows take two.
package struct Glyphs: Sendable {
    package let snapshot: DisplayText
    package let breakpoint: DisplayText
    package let breakpointOff: DisplayText
    package let mark: DisplayText
    /// A finding or an anomaly.
    package let anomaly: DisplayText
    /// The playhead on the scrubber.
    package let playhead: DisplayText
    /// The playhead in a row of the timeline.
    package let rowPlayhead: DisplayText
    /// The event that a diff starts from.
    package let diffOrigin: DisplayText
    /// Heights from the lowest to the highest: eight in Unicode, five in ASCII; use `bar(_:of:)`.
    package let bars: [DisplayText]
    package let horizontal: DisplayText
    package let vertical: DisplayText
    package let teeDown: DisplayText
    package let teeUp: DisplayText
    package let cross: DisplayText
    package let teeRight: DisplayText
    package let teeLeft: DisplayText
    package let arrowRight: DisplayText
    package let arrowLeft: DisplayText
    package let times: DisplayText
    /// Between the steps of an address.
    package let separator: DisplayText
    package let dot: DisplayText
    package let ellipsis: DisplayText
    package let paused: DisplayText
    package let playing: DisplayText
    package let atLeast: DisplayText

    /// A bar whose height is this part of the largest; nothing has the lowest.
    package func bar(_ value: Int, of largest: Int) -> DisplayText {
        guard value > 0, largest > 0, let last = bars.indices.last else { return bars.first ?? " " }
        let share = Double(min(value, largest)) / Double(largest)
        return bars[min(last, Int((share * Double(last)).rounded()))]
    }

    package static let unicode = Glyphs(
        snapshot: "◆", breakpoint: "●", breakpointOff: "○", mark: "▸", anomaly: "✗", playhead: "▼", rowPlayhead: "▶",
        diffOrigin: "A", bars: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], horizontal: "─", vertical: "│", teeDown: "┬",
        teeUp: "┴", cross: "┼", teeRight: "├", teeLeft: "┤", arrowRight: "→", arrowLeft: "←", times: "×",
        separator: "▸", dot: "·", ellipsis: "…", paused: "❚❚", playing: "▷", atLeast: "≥")

    package static let ascii = Glyphs(
        snapshot: "S", breakpoint: "*", breakpointOff: "o", mark: ">", anomaly: "x", playhead: "v", rowPlayhead: ">",
        diffOrigin: "A", bars: [".", ":", "-", "=", "#"], horizontal: "-", vertical: "|", teeDown: "+", teeUp: "+",
        cross: "+", teeRight: "+", teeLeft: "+", arrowRight: "->", arrowLeft: "<-", times: "x", separator: ">",
        dot: ",", ellipsis: "..", paused: "||", playing: ">", atLeast: ">=")
}
