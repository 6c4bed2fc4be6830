/// One place of the grid: a character with up to two combining marks, its role and attributes.
///
/// A wide character takes its cell and a continuation cell to the right of it.
package struct Cell: Sendable, Hashable {
    /// 0 in a continuation cell.
    let base: UInt32
    let marks: DisplayText.Marks
    package internal(set) var role: Role
    package internal(set) var attributes: Attributes

    init(
        base: Unicode.Scalar, marks: DisplayText.Marks = DisplayText.Marks(), role: Role = .text,
        attributes: Attributes = []
    ) {
        self.base = base.value
        self.marks = marks
        self.role = role
        self.attributes = attributes
    }

    /// A printable byte.
    init(ascii byte: UInt8, role: Role, attributes: Attributes) {
        base = UInt32(byte)
        marks = DisplayText.Marks()
        self.role = role
        self.attributes = attributes
    }

    private init(continuationOf role: Role, attributes: Attributes) {
        self.base = 0
        self.marks = DisplayText.Marks()
        self.role = role
        self.attributes = attributes
    }

    static let blank = Cell(base: " ")

    static func continuation(role: Role, attributes: Attributes) -> Cell {
        Cell(continuationOf: role, attributes: attributes)
    }

    /// The right half of the wide character before it.
    package var isContinuation: Bool { base == 0 }

    /// The same look, with nothing in it.
    var blanked: Cell { Cell(base: " ", role: role, attributes: attributes) }

    /// The scalars of the cell, from the base to the last mark; none in a continuation cell.
    var scalars: [Unicode.Scalar] {
        [base, marks.first, marks.second].compactMap { $0 == 0 ? nil : Unicode.Scalar($0) }
    }

    /// What the cell shows; empty in a continuation cell.
    package var character: String {
        var result = ""
        result.unicodeScalars.append(contentsOf: scalars)
        return result
    }
}
