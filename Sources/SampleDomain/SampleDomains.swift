public import Inspection

/// The domains that the program comes with.
public enum SampleDomains {
    /// All of them.
    public static func all() throws -> [Domain] {
        [try Order.domain(), try Account.domain(), try Purchase.domain()] + (try Fulfilment.domains())
    }
}
