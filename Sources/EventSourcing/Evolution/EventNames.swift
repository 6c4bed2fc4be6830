/// The names and versions of a registry's rows, apart from its types, so that looking one up is the same code for all.
struct EventNames: Sendable {
    /// What a row is known by.
    struct Row {
        var name: String
        var formerNames: [String]
        var version: Int
    }

    /// The present names, in the order of the rows.
    let names: [String]
    let versions: [Int]
    private let byName: [String: Int]
    private let byFormerName: [String: Int]

    init(_ rows: [Row]) throws(EventRegistryError) {
        var byName: [String: Int] = [:]
        for (index, row) in rows.enumerated() {
            if row.name.isEmpty { throw .emptyName }
            if row.version < 1 { throw .version(name: row.name, version: row.version) }
            if byName.updateValue(index, forKey: row.name) != nil { throw .duplicate(name: row.name) }
        }
        var byFormerName: [String: Int] = [:]
        for (index, row) in rows.enumerated() {
            for former in row.formerNames {
                if former.isEmpty { throw .emptyName }
                if byName[former] != nil || byFormerName.updateValue(index, forKey: former) != nil {
                    throw .formerName(former, of: row.name)
                }
            }
        }
        names = rows.map(\.name)
        versions = rows.map(\.version)
        self.byName = byName
        self.byFormerName = byFormerName
    }

    /// The row of a present name at its present version, which is nearly every event's; nil for any other.
    func row(of name: String, version: Int) -> Int? {
        // In a few names the search is quicker than the hash of one.
        guard let index = names.count <= 8 ? names.firstIndex(of: name) : byName[name], version == versions[index]
        else { return nil }
        return index
    }

    /// The row of a present or former name, whatever the version; throws for a name that is unknown.
    func anyRow(of name: String, version: Int) throws(EventCodingError) -> Int {
        guard let index = byName[name] ?? byFormerName[name] else {
            throw EventCodingError(type: name, version: version, problem: .unknownType)
        }
        return index
    }
}
