import Foundation

/// The files of the project's `Samples` folder.
enum Samples {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Samples").path

    static let orders = folder + "/orders.db"
    static let orderFold = folder + "/orders.fold"
}
