import Foundation
import PseudoTerminal
import Testing

@Suite("The articles and the README")
struct ArticleTests {
    /// The repository's own folder.
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A text for readers with its Swift code.
    private struct Article: CustomTestStringConvertible {
        let name: String
        let blocks: [String]

        var testDescription: String { name }
    }

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    private static func files(in folder: String, withSuffix suffix: String) throws -> [String] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
        return names.filter { $0.hasSuffix(suffix) }.sorted().map { folder + "/" + $0 }
    }

    private static func articles() throws -> [Article] {
        let catalogues = try files(in: "Sources", withSuffix: ".md").filter { $0.contains(".docc/") }
        return try (["README.md"] + catalogues).map { Article(name: $0, blocks: blocks(of: try text($0))) }
    }

    /// What stands between "```swift" and "```".
    private static func blocks(of markdown: String) -> [String] {
        markdown.components(separatedBy: "\n```swift\n").dropFirst().map { rest in
            rest.components(separatedBy: "\n```")[0]
        }
    }

    /// What stands between "// snippet" and "// end" in the sources beside this one, as far to the left as the marker.
    private static func snippets() throws -> [String] {
        var snippets: [String] = []
        for file in try files(in: "Tests/ArticleTests/Snippets", withSuffix: ".swift") {
            var open: (indent: Int, lines: [String])?
            for line in try text(file).components(separatedBy: "\n") {
                switch line.trimmingCharacters(in: .whitespaces) {
                case "// snippet": open = (line.prefix { $0 == " " }.count, [])
                case "// end":
                    let closed = try #require(open, "\(file) ends a snippet that it did not begin")
                    snippets.append(closed.lines.joined(separator: "\n"))
                    open = nil
                default:
                    guard let indent = open?.indent else { continue }
                    #expect(line.prefix(indent).allSatisfy { $0 == " " }, "\(file) has a line left of its snippet")
                    open?.lines.append(String(line.dropFirst(indent)))
                }
            }
            #expect(open == nil, "\(file) does not end its last snippet")
        }
        return snippets
    }

    /// Programs that stand in the README as a whole.
    private static func programs() throws -> [String] {
        let examples = ["main", "Counter", "Door"].map { "Tests/ReadmeExample/\($0).swift" }
        return try (["Tests/LibraryExample/main.swift"] + examples)
            .map { try text($0).trimmingCharacters(in: .newlines) }
    }

    @Test("show only code that is compiled here, to the letter")
    func compiled() throws {
        let known = try Set(Self.snippets() + Self.programs())
        let articles = try Self.articles()
        #expect(articles.count > 8)
        for article in articles {
            for block in article.blocks {
                let isCompiled = known.contains(block)
                #expect(isCompiled, "\(article.name) shows code that stands in no snippet:\n\(block)")
            }
        }
    }

    @Test("show every snippet that is compiled for them")
    func shown() throws {
        let shown = Set(try Self.articles().flatMap(\.blocks))
        for snippet in try Self.snippets() + Self.programs() {
            let isShown = shown.contains(snippet)
            #expect(isShown, "no article shows this snippet:\n\(snippet)")
        }
    }

    @Test("the README's example of the engine runs, and the second system finds what the first one wrote")
    func example() throws {
        let pipe = try #require(popen("'\(BuiltProgram.path("library-example"))'", "r"))
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while case let count = fread(&buffer, 1, buffer.count, pipe), count > 0 { bytes += buffer.prefix(count) }
        #expect(pclose(pipe) == 0)
        #expect(String(decoding: bytes, as: UTF8.self) == "[\"tea\"]\n[\"tea\", \"tea\"]\n")
    }
}
