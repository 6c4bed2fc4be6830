/// Takes apart what a program sent to a terminal.
package enum TerminalBytes {
    /// What is left without the sequences and movements that curses sends: the characters on the screen.
    package static func withoutCursesSequences(_ bytes: [UInt8]) -> [UInt8] {
        var rest: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            switch (bytes[index], next) {
            case (0x1B, UInt8(ascii: "[")):
                index += 2
                while index < bytes.count, !(0x40...0x7E).contains(bytes[index]) { index += 1 }
                index += 1
            case (0x1B, UInt8(ascii: "(")):
                index += 3
            case (0x1B, UInt8(ascii: "=")), (0x1B, UInt8(ascii: ">")):
                index += 2
            case (0x0D, _), (0x0A, _), (0x08, _), (0x09, _):
                // Curses moves the cursor with these; none comes from text, which has control pictures instead.
                index += 1
            default:
                rest.append(bytes[index])
                index += 1
            }
        }
        return rest
    }

    /// The operating system commands (title, clipboard, links, palette) in the output, but our own idle mark.
    package static func operatingSystemCommands(_ bytes: [UInt8]) -> [String] {
        var commands: [String] = []
        for index in bytes.indices where bytes[index...].starts(with: [0x1B, UInt8(ascii: "]")]) {
            let body = bytes[(index + 2)...].prefix { $0 != 0x07 && $0 != 0x1B }
            let text = String(decoding: body, as: UTF8.self)
            if text != "999;idle" { commands.append(text) }
        }
        return commands
    }
}

extension [UInt8] {
    /// Whether these bytes hold those of a text.
    package func contains(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard count >= wanted.count else { return false }
        return (0...(count - wanted.count)).contains { self[$0..<$0 + wanted.count].elementsEqual(wanted) }
    }
}
