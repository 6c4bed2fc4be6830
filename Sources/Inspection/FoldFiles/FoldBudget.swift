/// How much work one event, or the making of the empty state, may still cost.
///
/// A short file can ask for more than any machine can do, such as a sum over sums; so the steps are counted.
final class FoldBudget {
    /// More than any sensible event takes, and less than a second.
    static let most = 1_000_000

    private var left = FoldBudget.most

    /// Takes steps away; throws where there are not enough.
    func spend(_ steps: Int = 1) throws(FoldFailure) {
        left -= steps
        if left < 0 { throw FoldFailure("it takes more than \(Self.most) steps") }
    }
}
