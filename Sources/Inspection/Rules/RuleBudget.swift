/// How much work one event, or the making of the empty state, may still cost.
///
/// A short file can ask for more than any machine can do, such as a sum over sums; so the steps are counted.
final class RuleBudget {
    /// More than any sensible event takes, and less than a second.
    static let most = 1_000_000

    private let whole: Int
    private var left: Int

    /// How many steps were taken away.
    var spent: Int { whole - left }

    init(_ steps: Int = RuleBudget.most) { (whole, left) = (steps, steps) }

    /// Takes steps away; throws where there are not enough.
    func spend(_ steps: Int = 1) throws(RuleFailure) {
        left -= steps
        if left < 0 { throw RuleFailure("it takes more than \(whole) steps") }
    }
}
