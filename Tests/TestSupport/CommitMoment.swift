/// Where a commit stands, in the order of the design; an append and a snapshot have a moment on both sides.
package enum CommitMoment: String, CaseIterable, Codable, Sendable, CustomStringConvertible {
    case handler
    case fold
    case beforeAppend
    case afterAppend
    case beforeSnapshot
    case afterSnapshot
    case hook

    package var description: String { rawValue }

    /// Whether the batch is durable at this moment.
    package var isAppended: Bool {
        switch self {
        case .handler, .fold, .beforeAppend: false
        case .afterAppend, .beforeSnapshot, .afterSnapshot, .hook: true
        }
    }

    /// Whether the snapshot behind the batch is durable at this moment.
    package var isSnapshotSaved: Bool { self == .afterSnapshot || self == .hook }
}
