/// The text that an encoder is writing, and the values in it that are not finished.
///
/// Derived `Codable` code finishes one container before it goes on in the one around it, so the text is written straight
/// through. Code that goes back to a container which has been closed is served, too: what it writes is appended at the
/// end and then moved to its place.
final class JSONWriter {
    /// A value that has a place of its own in the text.
    struct Entry {
        enum Kind { case undecided, scalar, object, array }

        var kind: Kind = .undecided
        /// The entry around this one, -1 for the whole value.
        let parent: Int32
        /// The entry that was open before this one, and is the open one again after it.
        let below: Int32
        /// How many elements an array has.
        var count = 0
        /// How many containers it lies in.
        let depth: Int
        /// Where the closing bracket stands; -1 while the entry is open.
        var closedAt = -1

        /// Where the closing bracket stands; nil while the entry is open.
        var closed: Int? { closedAt < 0 ? nil : closedAt }
    }

    /// The place of a value that could not be begun.
    static let nowhere: Int32 = -2

    let output = JSONOutput(capacity: 1_024)
    let depthLimit: Int
    private var entries: UnsafeMutablePointer<Entry>
    private var count = 0
    private var capacity = 16
    /// How each entry but the first lies in the one around it.
    private var steps: ContiguousArray<CodecError.Step> = []
    /// The innermost open entry.
    private(set) var top: Int32 = -1
    /// What went wrong where nothing can be thrown.
    private var failure: (any Error)?
    /// Where the text of the detour that is under way begins; what stands before must stay where it is.
    private var tail = 0
    var isBusy = false
    /// Keyed containers made for earlier values; see `JSONEncoding.container(keyedBy:)`.
    let keptContainers = JSONKeptContainers()

    init(depthLimit: Int) {
        self.depthLimit = depthLimit
        entries = .allocate(capacity: capacity)
    }

    deinit {
        entries.deallocate()
    }

    func clear() {
        output.removeAll()
        if count > 1 { steps.removeAll(keepingCapacity: true) }
        count = 0
        top = -1
        tail = 0
        if failure != nil { failure = nil }
    }

    func encodeWhole(_ value: some Encodable) throws {
        do {
            let root = try open(parent: -1)
            try value.encode(to: JSONEncoding(writer: self, place: root))
            close(downTo: -1)
        } catch {
            throw failure ?? error
        }
        if let failure { throw failure }
    }

    /// Writes one object, whose members a closure writes.
    func encodeFields(_ write: (inout JSONFieldWriter) throws -> Void) throws {
        let root = try open(parent: -1)
        _ = decide(root, .object)
        var fields = JSONFieldWriter(self, place: root)
        do {
            try write(&fields)
        } catch {
            throw failure ?? error
        }
        close(downTo: -1)
        if let failure { throw failure }
    }

    /// The entry of a place; a place from an earlier value has none.
    @inline(__always)
    func entry(_ place: Int32) -> Entry? {
        place >= 0 && Int(place) < count ? entries[Int(place)] : nil
    }

    // MARK: - Opening and closing

    /// Begins a value at the end of the text.
    func open(step: CodecError.Step, parent: Int32) throws -> Int32 {
        let place = try open(parent: parent)
        steps.append(step)
        return place
    }

    @inline(__always)
    private func open(parent: Int32) throws -> Int32 {
        let depth = parent < 0 ? 0 : entries[Int(parent)].depth + 1
        // A scalar may lie in the deepest container, a container may not: `decide` looks again.
        guard depth <= depthLimit else { throw failed(.tooDeep(limit: depthLimit), at: parent) }
        if count == capacity { grow() }
        (entries + count).initialize(to: Entry(parent: parent, below: top, depth: depth))
        top = Int32(truncatingIfNeeded: count)
        count += 1
        return top
    }

    @inline(never)
    private func grow() {
        let moved = UnsafeMutablePointer<Entry>.allocate(capacity: capacity * 2)
        moved.update(from: entries, count: count)
        entries.deallocate()
        entries = moved
        capacity *= 2
    }

    /// Finishes open entries until this one is the innermost.
    func close(downTo place: Int32) {
        while top != place, top >= 0 {
            let index = Int(top)
            switch entries[index].kind {
            case .undecided:
                output.append("{}")
            case .object: output.append(UInt8(ascii: "}"))
            case .array: output.append(UInt8(ascii: "]"))
            case .scalar: break
            }
            entries[index].closedAt = output.count - 1
            top = entries[index].below
        }
    }

    /// Makes an undecided entry an array or an object, and says whether it is one.
    func decide(_ place: Int32, _ kind: Entry.Kind) -> Bool {
        guard let entry = entry(place) else { return false }
        if entry.kind == kind { return true }
        guard entry.kind == .undecided else {
            note(failed(.refused(type: "the encoder: one value was given two shapes"), at: place))
            return false
        }
        guard entry.depth < depthLimit else {
            note(failed(.tooDeep(limit: depthLimit), at: place))
            return false
        }
        let isObject = kind == .object
        if let closed = entry.closed {
            // It was finished as an empty object, which has the size of an empty array.
            output.replace(at: closed - 1, with: UInt8(ascii: isObject ? "{" : "["))
            output.replace(at: closed, with: UInt8(ascii: isObject ? "}" : "]"))
        } else {
            if place != top { close(downTo: place) }
            output.append(UInt8(ascii: isObject ? "{" : "["))
        }
        entries[Int(place)].kind = kind
        return true
    }

    // MARK: - Members and elements

    /// Where the text that is about to be written belongs, when that is not the end.
    struct Detour {
        let place: Int32
        let tail: Int
        let top: Int32
        let tailBefore: Int
    }

    /// Writes a key; then its value is to be written, and then `end` is to be called.
    @inline(__always)
    func begin(_ key: consuming String, in place: Int32) throws -> Detour? {
        if place == top {
            output.append(key: key)
            return nil
        }
        return try beginElsewhere(key, in: place)
    }

    @inline(never)
    private func beginElsewhere(_ key: String, in place: Int32) throws -> Detour? {
        let detour = try turn(to: place, .object)
        output.append(string: key)
        output.append(UInt8(ascii: ":"))
        return detour
    }

    /// Counts an element, and separates it from the one before; then it is to be written, and then `end` called.
    @inline(__always)
    func begin(elementOf place: Int32) throws -> Detour? {
        guard place == top else {
            let detour = try turn(to: place, .array)
            entries[Int(place)].count += 1
            return detour
        }
        entries[Int(place)].count += 1
        if output.last != UInt8(ascii: "[") { output.append(UInt8(ascii: ",")) }
        return nil
    }

    /// Makes an entry that is not the innermost the one that is written to.
    @inline(never)
    private func turn(to place: Int32, _ kind: Entry.Kind) throws -> Detour? {
        guard let entry = entry(place), entry.kind == kind else {
            throw failed(.refused(type: "the encoder: a container was used after its time"), at: place)
        }
        guard let closed = entry.closed else {
            close(downTo: place)
            if output.last != UInt8(ascii: kind == .object ? "{" : "[") { output.append(UInt8(ascii: ",")) }
            return nil
        }
        guard closed >= tail else {
            throw failed(
                .refused(type: "the encoder: a container was used while a value elsewhere is written"), at: place)
        }
        let detour = Detour(place: place, tail: output.count, top: top, tailBefore: tail)
        tail = output.count
        let before = output.bytes[closed - 1]
        if before != UInt8(ascii: kind == .object ? "{" : "[") { output.append(UInt8(ascii: ",")) }
        return detour
    }

    /// Brings what was written to where it belongs.
    @inline(__always)
    func end(_ detour: Detour?) {
        if let detour { arrive(detour) }
    }

    @inline(never)
    private func arrive(_ detour: Detour) {
        close(downTo: detour.top)
        tail = detour.tailBefore
        guard let closed = entry(detour.place)?.closed else { return }
        move(from: detour.tail, to: closed)
    }

    private func move(from tail: Int, to place: Int) {
        let size = output.count - tail
        output.moveTail(from: tail, to: place)
        for index in 0..<count {
            guard let closed = entries[index].closed else { continue }
            if closed >= tail {
                entries[index].closedAt = closed - (tail - place)
            } else if closed >= place {
                entries[index].closedAt = closed + size
            }
        }
    }

    /// Writes the one value of an entry.
    @inline(__always)
    func scalar(at place: Int32, _ write: (JSONOutput) throws -> Void) throws {
        guard let entry = entry(place), entry.kind == .undecided else {
            throw failed(.refused(type: "the encoder: one value was written twice"), at: place)
        }
        guard let closed = entry.closed else {
            if place != top { close(downTo: place) }
            try write(output)
            entries[Int(place)].kind = .scalar
            return
        }
        // It was finished as an empty object, which the value replaces.
        guard closed >= self.tail else {
            throw failed(
                .refused(type: "the encoder: a container was used while a value elsewhere is written"), at: place)
        }
        let tail = output.count
        try write(output)
        let size = output.count - tail
        move(from: tail, to: closed + 1)
        output.remove((closed - 1)..<(closed + 1))
        for index in 0..<count {
            if let other = entries[index].closed, other > closed { entries[index].closedAt = other - 2 }
        }
        entries[Int(place)].kind = .scalar
        entries[Int(place)].closedAt = closed + size - 2
    }

    /// Writes a value of any type as a member or an element, whose beginning has been written.
    func encode(_ value: some Encodable, _ step: CodecError.Step, in parent: Int32) throws {
        let before = top
        do {
            let place = try open(step: step, parent: parent)
            try value.encode(to: JSONEncoding(writer: self, place: place))
        } catch {
            // Its key stands there already: nobody may swallow this and go on.
            note(error)
            throw error
        }
        close(downTo: before)
    }

    // MARK: - Errors

    func path(to place: Int32) -> [CodecError.Step] {
        var steps: [CodecError.Step] = []
        var place = place
        while let entry = entry(place) {
            if place > 0, Int(place) <= self.steps.count { steps.append(self.steps[Int(place) - 1]) }
            place = entry.parent
        }
        return steps.reversed()
    }

    func codingPath(to place: Int32) -> [any CodingKey] {
        path(to: place).map { step in
            switch step {
            case .key(let key): JSONPathKey(stringValue: key)
            case .index(let index): JSONPathKey(intValue: index)
            }
        }
    }

    @inline(never)
    func failed(_ reason: CodecError.Reason, at place: Int32, _ step: CodecError.Step? = nil) -> EncodingError {
        let error = CodecError(reason, path: path(to: place) + (step.map { [$0] } ?? []))
        return .invalidValue(
            (),
            EncodingError.Context(
                codingPath: codingPath(to: place), debugDescription: error.description, underlyingError: error))
    }

    /// Keeps the first failure of a method that cannot throw; the whole value is then not written.
    func note(_ error: any Error) {
        if failure == nil { failure = error }
    }

    @inline(never)
    func codecError(_ error: any Error, encoding type: Any.Type) -> CodecError {
        if let error = error as? CodecError { return error }
        if case EncodingError.invalidValue(_, let context) = error {
            if let own = context.underlyingError as? CodecError { return own }
            let path = CodecError.steps(context.codingPath)
            return CodecError(.refused(type: "\(type)"), path: path, underlying: error)
        }
        return CodecError(.refused(type: "\(type)"), underlying: error)
    }
}
