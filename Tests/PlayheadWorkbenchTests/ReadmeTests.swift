import Foundation
import Testing

@Suite("The README")
struct ReadmeTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test(
        "shows examples that are compiled here, to the letter",
        arguments: ["main.swift", "Counter.swift", "Door.swift"])
    func examples(_ name: String) throws {
        let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        let example = try String(contentsOf: Self.root.appending(path: "Tests/ReadmeExample/\(name)"), encoding: .utf8)
        #expect(readme.contains("```swift\n\(example)```"))
    }

    @Test("shows the smallest machine file to the letter")
    func machine() throws {
        let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        let sample = try String(contentsOf: Self.root.appending(path: "Samples/turnstile.machine"), encoding: .utf8)
        let start = try #require(sample.range(of: "machine Turnstile"))
        #expect(readme.contains("```\n\(sample[start.lowerBound...])```"))
    }

    @Test("shows a picture that is there")
    func picture() throws {
        let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        #expect(readme.contains("](.pictures/workbench.svg)"))
        let picture = try String(contentsOf: Self.root.appending(path: ".pictures/workbench.svg"), encoding: .utf8)
        #expect(picture.contains("<svg"))
    }

    @Test("tests with the command that CI begins with")
    func command() throws {
        let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        let script = try String(contentsOf: Self.root.appending(path: ".ci/run"), encoding: .utf8)
        let command = "sh .ci/install && swift test --disable-xctest --experimental-maximum-parallelization-width 16"
        #expect(readme.contains("```sh\n\(command)\n```"))
        #expect(script.contains("step \"tests\" bash -c '\(command)'"))
    }
}
