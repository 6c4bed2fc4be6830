/// What has come of the delivery of one row.
enum ErrandOutcome {
    case done(effectsFailed: [any Error])
    case alreadyExecuted
    case failed(any Error)
    /// Nothing was tried, or is known not to have happened.
    case givenBack
}
