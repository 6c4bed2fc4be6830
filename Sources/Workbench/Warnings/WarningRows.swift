import Terminal

/// The rows of the list of warnings: each has one, and the chosen one as many as it takes to be read.
enum WarningRows {
    /// The bytes of a sentence that are shown at all.
    static let longest = 4_096

    static func text(of warning: Warning) -> DisplayText { DisplayText(warning.sentence, limit: longest) }

    /// Where the sentences begin.
    static func column(in area: Area) -> Int { area.columns >= 46 ? 11 : 2 }

    /// The rows of the chosen warning.
    static func chosen(of warning: Warning, in area: Area) -> [DisplayText] {
        HelpLines.wrapped(text(of: warning), columns: max(10, area.columns - column(in: area) - 1))
    }

    /// The first warning to show, so that the chosen one is seen whole where it fits.
    static func top(of list: WarningList, in area: Area) -> Int {
        guard let chosen = list.chosen else { return 0 }
        let selected = list.cursor.selected
        let height = Self.chosen(of: chosen, in: area).count
        return max(0, min(selected, max(list.cursor.top, selected + height - area.rows)))
    }
}
