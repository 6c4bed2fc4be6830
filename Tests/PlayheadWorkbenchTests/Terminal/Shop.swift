import TestSupport

/// A folder with a small known store in it.
final class Shop {
    let folder: TemporaryFolder
    var path: String { folder.file() }

    init() throws {
        folder = try TemporaryFolder()
        try ShopStore.make(folder.file())
    }

    /// Every event of the file, a line each, as another process reads it.
    func events() async throws -> [String] { try await playhead("events", path).lines }
}
