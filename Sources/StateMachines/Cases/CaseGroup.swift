/// Cases that a definition names together, such as all states of a review.
///
///     extension CaseGroup<DocumentState.CaseName> {
///         static var inReview: Self { Self("InReview", .pending, .assigned, .changesRequested) }
///     }
///
///     From(allOf: .inReview) { On(.cancelReview).goto(.draft) }
public struct CaseGroup<CaseName: Hashable & Sendable>: Hashable, Sendable {
    /// What the group is called.
    public let name: String
    /// Its cases, each once, in the order in which they were named.
    public let cases: [CaseName]

    /// Names cases together, and all those of other groups behind them.
    public init(_ name: String, _ cases: CaseName..., including groups: CaseGroup...) {
        self.name = name
        self.cases = (cases + groups.flatMap(\.cases)).withoutRepetitions()
    }

    /// Names cases that are known only when the program runs.
    package init(_ name: String, of cases: [CaseName]) {
        self.name = name
        self.cases = cases.withoutRepetitions()
    }
}

extension Array where Element: Hashable {
    /// The elements in their order, each where it stands first.
    func withoutRepetitions() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
