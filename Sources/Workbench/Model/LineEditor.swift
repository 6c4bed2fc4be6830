/// One line of text with a cursor, edited as in a shell.
package struct LineEditor: Hashable, Sendable {
    package private(set) var characters: [Character]
    /// The place before which the next character goes.
    package private(set) var cursor: Int

    /// More than anybody types; pasted text is cut there.
    package static let longest = 4096

    package init(_ text: String = "") {
        characters = Array(text.prefix(Self.longest))
        cursor = characters.count
    }

    package var text: String { String(characters) }
    package var isEmpty: Bool { characters.isEmpty }

    package mutating func insert(_ text: some Sequence<Character>) {
        let room = Self.longest - characters.count
        let new = Array(text.prefix(max(0, room)))
        characters.insert(contentsOf: new, at: cursor)
        cursor += new.count
    }

    package mutating func moveLeft() { cursor = max(0, cursor - 1) }
    package mutating func moveRight() { cursor = min(characters.count, cursor + 1) }
    package mutating func moveToStart() { cursor = 0 }
    package mutating func moveToEnd() { cursor = characters.count }

    /// Removes the character before the cursor.
    package mutating func deleteBack() {
        guard cursor > 0 else { return }
        cursor -= 1
        characters.remove(at: cursor)
    }

    /// Removes the character under the cursor.
    package mutating func deleteForward() {
        guard cursor < characters.count else { return }
        characters.remove(at: cursor)
    }

    /// Removes the word before the cursor, with the spaces behind it.
    package mutating func deleteWord() {
        var start = cursor
        while start > 0, characters[start - 1] == " " { start -= 1 }
        while start > 0, characters[start - 1] != " " { start -= 1 }
        characters.removeSubrange(start..<cursor)
        cursor = start
    }

    /// Removes everything before the cursor.
    package mutating func deleteToStart() {
        characters.removeSubrange(0..<cursor)
        cursor = 0
    }

    /// Removes everything from the cursor on.
    package mutating func deleteToEnd() {
        characters.removeSubrange(cursor...)
    }
}

/// Lines that were entered before, and how far back a person has gone in them.
package struct LineHistory: Hashable, Sendable {
    package private(set) var lines: [String] = []
    private var index: Int?
    private var draft = ""

    package init() {}

    /// Remembers a line; the same one twice in a row is kept once.
    package mutating func add(_ line: String) {
        index = nil
        guard !line.isEmpty, lines.last != line else { return }
        lines.append(line)
        if lines.count > CommandPane.longestHistory { lines.removeFirst() }
    }

    /// Goes back to the newest end.
    package mutating func leave() {
        index = nil
        draft = ""
    }

    /// The line before, nil at the oldest; `current` comes back at the newest end.
    package mutating func older(than current: String) -> String? {
        let next = (index ?? lines.count) - 1
        guard lines.indices.contains(next) else { return nil }
        if index == nil { draft = current }
        index = next
        return lines[next]
    }

    /// The line after, or what was being typed; nil when nothing older is shown.
    package mutating func newer() -> String? {
        guard let current = index else { return nil }
        guard lines.indices.contains(current + 1) else {
            index = nil
            return draft
        }
        index = current + 1
        return lines[current + 1]
    }
}
