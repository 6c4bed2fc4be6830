internal import Foundation

/// The files of the project's `Samples` folder.
package enum Samples {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Samples").path

    package static let orders = folder + "/orders.db"
    package static let orderFold = folder + "/orders.fold"
    package static let purchaseMachine = folder + "/purchase.machine"
    package static let turnstileMachine = folder + "/turnstile.machine"
}
