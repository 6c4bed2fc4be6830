/// Where a commit stands, in the order of the design; what is written has a moment on both sides.
package enum CommitMoment: String, CaseIterable, Codable, Sendable, CustomStringConvertible {
    case handler
    case fold
    case beforeAppend
    case afterAppend
    case beforeSnapshot
    case afterSnapshot
    case beforeRetention
    /// Older snapshots are deleted, and the events that a kept one stands for are not.
    case withinRetention
    case afterRetention
    case hook

    /// The moments of an entity that keeps all.
    package static let keepingAll = allCases.filter {
        ![.beforeRetention, .withinRetention, .afterRetention].contains($0)
    }

    package var description: String { rawValue }

    /// Whether the batch is durable at this moment.
    package var isAppended: Bool {
        switch self {
        case .handler, .fold, .beforeAppend: false
        case .afterAppend, .beforeSnapshot, .afterSnapshot, .beforeRetention, .withinRetention, .afterRetention, .hook:
            true
        }
    }

    /// Whether the snapshot behind the batch is durable at this moment.
    package var isSnapshotSaved: Bool {
        [.afterSnapshot, .beforeRetention, .withinRetention, .afterRetention, .hook].contains(self)
    }

    /// Whether the snapshots before it are deleted at this moment, where there is a retention.
    package var areSnapshotsDeleted: Bool { [.withinRetention, .afterRetention, .hook].contains(self) }

    /// Whether the events that it stands for are deleted at this moment, where there is a retention.
    package var areEventsDeleted: Bool { self == .afterRetention || self == .hook }
}
