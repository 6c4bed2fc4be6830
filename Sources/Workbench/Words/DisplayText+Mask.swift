import Inspection
import Terminal

extension DisplayText {
    /// What stands in a secret's place.
    static let mask = DisplayText(SecretKeys.mask)
}
