import Foundation
import Testing

/// Screens that were looked at and kept; `PLAYHEAD_RECORD=1` keeps what is there now.
enum Golden {
    /// Compares a screen with the one that was kept under a name.
    static func check(_ screen: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appendingPathComponent("Goldens/\(name).txt")
        if ProcessInfo.processInfo.environment["PLAYHEAD_RECORD"] == "1" {
            try screen.write(to: file, atomically: true, encoding: .utf8)
            return
        }
        let kept = try? String(contentsOf: file, encoding: .utf8)
        let expected = try #require(
            kept, "there is no \(name).txt: look at the screen and record it with PLAYHEAD_RECORD=1",
            sourceLocation: sourceLocation)
        #expect(screen == expected, "the screen is not \(name).txt any more", sourceLocation: sourceLocation)
    }
}
