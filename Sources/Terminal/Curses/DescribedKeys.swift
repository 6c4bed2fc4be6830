internal import CNcurses

/// The keys that the terminal's own description names, for terminals that are not like xterm.
enum DescribedKeys {
    private static let capabilities: [(name: String, key: Key)] = [
        ("kcuu1", .up), ("kcud1", .down), ("kcub1", .left), ("kcuf1", .right), ("khome", .home), ("kend", .end),
        ("kpp", .pageUp), ("knp", .pageDown), ("kdch1", .delete), ("kich1", .insert), ("kcbt", .backTab),
        ("kri", Key(.up, .shift)), ("kind", Key(.down, .shift)), ("kLFT", Key(.left, .shift)),
        ("kRIT", Key(.right, .shift)),
    ]

    /// Curses must be open. Only sequences that begin with ESC: a single byte has its meaning already.
    static func all() -> [[UInt8]: Key] {
        var keys: [[UInt8]: Key] = [:]
        func add(_ name: String, _ key: Key) {
            guard let value = curses_capability(name) else { return }
            let bytes = Array(String(cString: value).utf8)
            if bytes.first == 0x1B, bytes.count > 1 { keys[bytes] = key }
        }
        for capability in capabilities { add(capability.name, capability.key) }
        for number in 1...12 { add("kf\(number)", Key(.function(number))) }
        return keys
    }
}
