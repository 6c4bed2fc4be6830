/// What a cell means, never where it stands: themes give each role its look.
package enum Role: UInt8, Sendable, Hashable, CaseIterable {
    case text, muted, accent, focus, future
    case added, changed, removed
    case snapshot, mark, breakpoint, finding
    case writer1, writer2, writer3, writer4, writer5, writer6, writer7, writer8
    case error, title, rule, key, playhead

    /// The role of the writer with this number, from 1; the ninth looks like the first again.
    package static func writer(_ number: Int) -> Role {
        let index = ((number - 1) % 8 + 8) % 8
        return Role(rawValue: Role.writer1.rawValue + UInt8(index)) ?? .writer1
    }

    /// The name in theme files.
    package var name: String {
        switch self {
        case .text: "text"
        case .muted: "muted"
        case .accent: "accent"
        case .focus: "focus"
        case .future: "future"
        case .added: "added"
        case .changed: "changed"
        case .removed: "removed"
        case .snapshot: "snapshot"
        case .mark: "mark"
        case .breakpoint: "break"
        case .finding: "finding"
        case .error: "error"
        case .title: "title"
        case .rule: "rule"
        case .key: "key"
        case .playhead: "playhead"
        case .writer1: "writer.1"
        case .writer2: "writer.2"
        case .writer3: "writer.3"
        case .writer4: "writer.4"
        case .writer5: "writer.5"
        case .writer6: "writer.6"
        case .writer7: "writer.7"
        case .writer8: "writer.8"
        }
    }

    private static let byName = [String: Role](uniqueKeysWithValues: allCases.map { ($0.name, $0) })

    /// The role with this name in theme files.
    package init?(name: String) {
        guard let role = Role.byName[name] else { return nil }
        self = role
    }
}
