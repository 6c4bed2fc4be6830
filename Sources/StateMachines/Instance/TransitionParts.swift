/// The parts of a stored transition, found without reading what they hold.
///
/// That is for a text as it is written here: `{"event":{…}}`, or `{"event":{…},"to":"…","state":{…}}`, without a space. The parts are
/// cut where the last `,"to":"` stands, which no JSON string has in it, and whoever reads them finds out whether each is JSON
/// and nothing more: only then was it cut in the right place. Any other text has to be read as a whole.
@usableFromInline
struct TransitionParts {
    /// What the event carries.
    @usableFromInline let event: UnsafeRawBufferPointer
    /// The name of the state that it led to, and what that carries; nil where it stayed.
    @usableFromInline let target: (name: UnsafeRawBufferPointer, values: UnsafeRawBufferPointer)?

    private static let beginning: StaticString = #"{"event":"#
    private static let to: StaticString = #","to":""#
    private static let state: StaticString = #"","state":"#

    @usableFromInline
    init?(_ text: UnsafeRawBufferPointer) {
        let (first, last) = (Self.beginning.utf8CodeUnitCount, text.count - 1)
        guard last > first, text.has(Self.beginning, at: 0), text[last] == UInt8(ascii: "}") else { return nil }
        guard let cut = text.lastPlace(of: Self.to, from: first) else {
            if text[last - 1] != UInt8(ascii: "}") { return nil }
            event = UnsafeRawBufferPointer(rebasing: text[first..<last])
            target = nil
            return
        }
        let name = cut + Self.to.utf8CodeUnitCount
        var end = name
        while text[end] != UInt8(ascii: "\"") {
            // An escape, or the end: nothing that is written here.
            if text[end] == UInt8(ascii: "\\") || end == last { return nil }
            end += 1
        }
        let values = end + Self.state.utf8CodeUnitCount
        // Members of other names stand behind what is no object's end.
        guard text.has(Self.state, at: end), values < last, text[last - 1] == UInt8(ascii: "}"),
            text[cut - 1] == UInt8(ascii: "}")
        else { return nil }
        event = UnsafeRawBufferPointer(rebasing: text[first..<cut])
        target = (
            UnsafeRawBufferPointer(rebasing: text[name..<end]), UnsafeRawBufferPointer(rebasing: text[values..<last])
        )
    }
}

extension UnsafeRawBufferPointer {
    /// Whether a piece of text stands at a place.
    @inline(__always)
    fileprivate func has(_ piece: StaticString, at place: Int) -> Bool {
        guard count - place >= piece.utf8CodeUnitCount else { return false }
        for index in 0..<piece.utf8CodeUnitCount where self[place &+ index] != piece.utf8Start[index] { return false }
        return true
    }

    /// Where a piece of text stands last, at a place or behind it.
    @inline(__always)
    fileprivate func lastPlace(of piece: StaticString, from start: Int) -> Int? {
        var place = count - piece.utf8CodeUnitCount
        while place >= start {
            if self[place] == piece.utf8Start[0], has(piece, at: place) { return place }
            place &-= 1
        }
        return nil
    }
}
