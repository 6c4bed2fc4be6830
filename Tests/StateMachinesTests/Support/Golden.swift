import Foundation
import Testing

/// Pictures that were looked at and kept; `PLAYHEAD_RECORD=1` keeps what is there now.
enum Golden {
    /// Compares a picture with the one that was kept under a name.
    static func check(_ picture: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appendingPathComponent("Goldens/\(name)")
        if ProcessInfo.processInfo.environment["PLAYHEAD_RECORD"] == "1" {
            try picture.write(to: file, atomically: true, encoding: .utf8)
            return
        }
        let kept = try? String(contentsOf: file, encoding: .utf8)
        let expected = try #require(
            kept, "there is no \(name): look at the picture and record it with PLAYHEAD_RECORD=1",
            sourceLocation: sourceLocation)
        #expect(picture == expected, "the picture is not \(name) any more", sourceLocation: sourceLocation)
    }
}
