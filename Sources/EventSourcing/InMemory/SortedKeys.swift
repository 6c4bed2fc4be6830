/// The place of a row in an order: two numbers, then the bytes of a name.
struct RowKey: Hashable, Sendable, Comparable {
    var first: Int64
    var second: Int64 = 0
    var name: String
    /// Which row it is; not a part of the order.
    var index: Int

    static func == (left: Self, right: Self) -> Bool {
        left.first == right.first && left.second == right.second && left.name.utf8.elementsEqual(right.name.utf8)
    }

    static func < (left: Self, right: Self) -> Bool {
        if left.first != right.first { return left.first < right.first }
        if left.second != right.second { return left.second < right.second }
        return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }
}

/// Keys in their order, in pages, so that one more or less costs a page however many there are.
struct SortedKeys: Sendable {
    private var pages: [[RowKey]] = []
    private static let largestPage = 256

    /// The lowest key.
    var first: RowKey? { pages.first?.first }

    /// Puts a key into its place.
    mutating func insert(_ key: RowKey) {
        guard !pages.isEmpty else { return pages.append([key]) }
        let page = max(0, self.page(upTo: key))
        pages[page].insert(key, at: pages[page].place(of: key))
        guard pages[page].count > Self.largestPage else { return }
        let half = Array(pages[page][(Self.largestPage / 2)...])
        pages[page].removeSubrange((Self.largestPage / 2)...)
        pages.insert(half, at: page + 1)
    }

    /// Takes a key out, if it is there.
    mutating func remove(_ key: RowKey) {
        let page = page(upTo: key)
        guard page >= 0 else { return }
        let place = pages[page].place(of: key)
        guard place < pages[page].count, pages[page][place] == key else { return }
        pages[page].remove(at: place)
        if pages[page].isEmpty { pages.remove(at: page) }
    }

    /// The first keys that do not stand before one, as long as the visitor wants more.
    func visit(from key: RowKey? = nil, _ visit: (RowKey) -> Bool) {
        var page = key.map { max(0, self.page(upTo: $0)) } ?? 0
        guard page < pages.count else { return }
        var place = key.map { pages[page].place(of: $0) } ?? 0
        while page < pages.count {
            while place < pages[page].count {
                if !visit(pages[page][place]) { return }
                place += 1
            }
            (page, place) = (page + 1, 0)
        }
    }

    /// The lowest keys, at most so many.
    func prefix(_ count: Int) -> [RowKey] {
        var found: [RowKey] = []
        if count > 0 {
            visit { key in
                found.append(key)
                return found.count < count
            }
        }
        return found
    }

    /// The last page that begins at a key or before it; -1 where none does.
    private func page(upTo key: RowKey) -> Int {
        var (low, high) = (0, pages.count)
        while low < high {
            let middle = (low + high) / 2
            if let first = pages[middle].first, first <= key { low = middle + 1 } else { high = middle }
        }
        return low - 1
    }
}

extension [RowKey] {
    /// The place of the first key that does not stand before another.
    fileprivate func place(of key: RowKey) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
