/// Something that shows frames: a real terminal, or a test.
package protocol Surface: AnyObject {
    /// The size that the next frame should have.
    var size: Size { get }

    /// Shows a frame; what is larger than the surface is cut.
    func draw(_ frame: Frame)
}

/// Keeps the frames it is given: for tests and pictures.
package final class MemorySurface: Surface {
    package var size: Size
    /// Every frame drawn, the newest last.
    package private(set) var frames: [Frame] = []

    package init(size: Size) {
        self.size = size
    }

    package func draw(_ frame: Frame) {
        frames.append(frame)
    }
}
