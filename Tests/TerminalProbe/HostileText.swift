/// The test strings of the design, as bytes: what a store may hold in any field.
enum HostileText {
    static let all: [[UInt8]] =
        texts.map { Array($0.utf8) } + [
            [0xC2, 0x9B, 0x32, 0x4A], [0x9B, 0x32, 0x4A], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x98], [0x00], [0x07], [0x08, 0x08], [0x0D], [0x0A], [0x09], [0x7F],
        ]

    private static let texts = [
        "A\u{1B}[2JB", "A\u{1B}]52;c;cm0gLXJm\u{07}B", "A\u{1B}]0;pwn\u{07}B",
        "A\u{1B}]8;;http://x\u{1B}\\t\u{1B}]8;;\u{1B}\\", "A\u{1B}Pq\u{1B}\\B", "A\u{1B}[6n", "A\u{1B}c", "A\u{1B}",
        "A\u{1B}]", "\u{202E}abc\u{202C}", "\u{2066}x\u{2069}", "\u{200B}",
        "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}", "\u{FEFF}", "\u{AD}", "\u{2028}", "\u{85}", "\u{E0041}",
        "\u{FE0F}", "A" + String(repeating: "\u{301}", count: 200), "\u{301}first", "\u{3164}", "%s%n%x",
        String(repeating: "A", count: 100_000), String(repeating: "[", count: 10_000),
        String(repeating: "日", count: 100), "日本橋",
    ]
}
