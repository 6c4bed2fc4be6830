package import EventSourcing

/// Something about a store's structure that contradicts itself.
package enum StructuralFinding: Hashable, Sendable {
    /// SQLite's own check of pages and indexes says this, in one sentence.
    case page(String)
    /// The head names another count of events than there are.
    case count(PersistenceID, head: Int64, found: Int64)
    /// The head names another last number than the last event has.
    case last(PersistenceID, head: Int64, found: Int64)
    /// Numbers are missing: from the first through the last, both included.
    case gap(PersistenceID, from: Int64, through: Int64)
    /// The head says that more events were deleted than there ever were.
    case deletedTo(PersistenceID, head: Int64, deletedTo: Int64)
    /// The stream's own name is damaged, so that it can't be asked for.
    case name(stream: Int64)
    /// The stream is not found by its name.
    case index(PersistenceID)
    /// An index is not there, can't be read, or has other entries than its table asks for.
    case entries(index: String, String)
    /// Events belong to a stream that the store does not know.
    case orphans(stream: Int64, count: Int64)
    /// The stream could not be checked.
    case unreadable(StoreError)
    /// The streams from here on could not be checked, or which events belong to none of them.
    case uncheckable(String, StoreError)
    /// A row refers to what is not there.
    case dangling(PersistenceID?, String)
    /// A durable state contradicts itself.
    case state(PersistenceID, String)
    /// So many positions were given, so many have an event, and so many were deleted, which does not add up.
    case positions(given: Int64, found: Int64, deleted: Int64)
    /// The row in which the store describes itself is gone.
    case description
}

extension StructuralFinding {
    /// What is wrong, as a clause; the stream's name is not in it.
    package var sentence: String {
        switch self {
        case .page(let text): text
        case .count(_, let head, let found): "its head counts \(head) events, and there are \(found)"
        case .last(_, let head, let found): "its head names #\(head) as the last event, and it is #\(found)"
        case .gap(_, let from, let through):
            from == through ? "#\(from) is missing" : "#\(from) through #\(through) are missing"
        case .deletedTo(_, let head, let deletedTo):
            "its head says that the events up to #\(deletedTo) were deleted, and that #\(head) was the last"
        case .name(let stream): "the name of stream number \(stream) is damaged"
        case .index: "the index of names does not find the stream"
        case .entries(let index, let clause): "the index '\(index)' \(clause)"
        case .orphans(let stream, let count):
            "\(count) events belong to stream \(stream), which the store does not know"
        case .unreadable(let error): "it can't be read: \(error.detail)"
        case .uncheckable(let what, let error): "\(what) can't be checked: \(error.detail)"
        case .dangling(_, let clause), .state(_, let clause): clause
        case .positions(let given, let found, let deleted):
            "\(given) positions were given, \(found) have an event, and \(deleted) were deleted, which does not add up"
        case .description: "what the store says of itself is gone: its id, and how many of its events were deleted"
        }
    }
}

extension SQLiteReader {
    /// After so many findings SQLite's check of pages ends.
    package static let mostPageFindings = 100

    /// Runs SQLite's `quick_check` over the whole file, and visits what it finds, at most `mostPageFindings`; nothing for
    /// a sound file.
    ///
    /// It can be stopped by the reader's `interruption`.
    package func checkPages(_ visit: (StructuralFinding) -> Visit) throws {
        try ask { reading in
            try StatementSlot("PRAGMA quick_check(\(Self.mostPageFindings))").use(on: reading.connection) { statement in
                // Damage is told in a row that is not `ok`, or by a step that fails.
                do {
                    while try statement.step() {
                        for sentence in Self.sentences(of: statement.text(at: 0) ?? "") {
                            if case .stop = visit(.page(sentence)) { return }
                        }
                    }
                } catch let error as StoreError where error.isAtRow {
                    _ = visit(.page("the check of pages could not go on: \(error.detail)"))
                }
            }
        }
    }

    /// What a row of `quick_check` says, a sentence each: it joins many with line feeds under a heading.
    static func sentences(of row: String) -> [String] {
        row.split(whereSeparator: \.isNewline).map(String.init).filter {
            $0 != "ok" && !$0.hasPrefix("*** in database")
        }
    }

    /// Compares every stream's head with its events by the index alone, and visits what does not fit.
    ///
    /// - Parameter progress: is told how many streams were checked, after each hundred, and stops by answering `.stop`.
    package func checkStreams(
        progress: (Int64) -> Visit = { _ in .next }, _ visit: (StructuralFinding) -> Visit
    ) throws {
        var (last, done): (Int64, Int64) = (Int64.min, 0)
        while true {
            let heads: [LogReading.KeyedHead]
            do {
                heads = try ask { try $0.heads(above: last, limit: 100) }
            } catch let error as StoreError where error.reason == .corrupt {
                let place = last == .min ? "the streams" : "the streams behind number \(last)"
                if case .stop = visit(.uncheckable(place, error)) { return }
                break
            }
            guard let end = heads.last else { break }
            for keyed in heads {
                do {
                    for finding in try findings(of: keyed) {
                        if case .stop = visit(finding) { return }
                    }
                } catch var error as StoreError where error.isAtRow {
                    error.stream = keyed.head.persistenceID
                    if case .stop = visit(.unreadable(error)) { return }
                }
            }
            done += Int64(heads.count)
            if case .stop = progress(done) { return }
            last = end.key
        }
        do {
            for finding in try ask({ try $0.orphans() }) {
                if case .stop = visit(finding) { return }
            }
        } catch let error as StoreError where error.reason == .corrupt {
            _ = visit(.uncheckable("the events' index", error))
        }
    }
}

extension SQLiteReader {
    /// What a stream's head and its events disagree about at one moment: where somebody may have written between the reads
    /// of the two, both are read again.
    private func findings(of keyed: LogReading.KeyedHead) throws -> [StructuralFinding] {
        if try ask({ try $0.findings(of: keyed) }).isEmpty { return [] }
        return try ask { reading in
            try reading.atOneMoment {
                guard let again = try reading.heads(above: keyed.key &- 1, limit: 1).first, again.key == keyed.key
                else { return [] }
                return try reading.findings(of: again)
            }
        }
    }
}

extension LogReading {
    /// What a stream's head and its events disagree about.
    func findings(of keyed: KeyedHead) throws -> [StructuralFinding] {
        let (head, id) = (keyed.head, keyed.head.persistenceID)
        if !keyed.isNamed { return [.name(stream: keyed.key)] }
        let (count, first, last) = try slots.extent.use(on: connection) { statement in
            try statement.bind(keyed.key, at: 1)
            guard try statement.step() else { return (Int64(0), Int64?.none, Int64?.none) }
            return (statement.integer(at: 0) ?? 0, statement.integer(at: 1), statement.integer(at: 2))
        }
        var findings: [StructuralFinding] = []
        if try foundByName(id) != keyed.key { findings.append(.index(id)) }
        if head.deletedTo > head.sequenceNumber {
            findings.append(.deletedTo(id, head: head.sequenceNumber, deletedTo: head.deletedTo))
        }
        if count != head.eventCount { findings.append(.count(id, head: head.eventCount, found: count)) }
        if let last, last != head.sequenceNumber { findings.append(.last(id, head: head.sequenceNumber, found: last)) }
        if count == 0, head.deletedTo < head.sequenceNumber {
            findings.append(.gap(id, from: head.deletedTo + 1, through: head.sequenceNumber))
        }
        guard let first, let last, first > head.deletedTo + 1 || last &- first &+ 1 != count else { return findings }
        var expected = head.deletedTo + 1
        try slots.numbers.use(on: connection) { statement in
            try statement.bind(keyed.key, at: 1)
            while try statement.step(), findings.count < 1_000 {
                let number = statement.integer(at: 0) ?? 0
                if number > expected { findings.append(.gap(id, from: expected, through: number - 1)) }
                expected = number == .max ? .max : number + 1
            }
        }
        return findings
    }

    /// The key that the index has for a name, whatever was remembered.
    private func foundByName(_ id: PersistenceID) throws -> Int64? {
        try slots.head.use(on: connection) { statement in
            try statement.bind(id.entityType, at: 1)
            try statement.bind(id.entityID, at: 2)
            return try statement.step() ? statement.integer(at: 0) : nil
        }
    }

    /// Events of streams that are not there, found by going from stream to stream in the index.
    fileprivate func orphans() throws -> [StructuralFinding] {
        var findings: [StructuralFinding] = []
        var last = Int64.min
        while let key = try number(slots.nextStream, last), findings.count < 1_000 {
            if try number(slots.streamKey, key) == nil {
                findings.append(.orphans(stream: key, count: try number(slots.extent, key) ?? 0))
            }
            last = key
        }
        return findings
    }

    private func number(_ slot: StatementSlot, _ bound: Int64) throws -> Int64? {
        try slot.use(on: connection) { statement in
            try statement.bind(bound, at: 1)
            return try statement.step() ? statement.integer(at: 0) : nil
        }
    }
}
