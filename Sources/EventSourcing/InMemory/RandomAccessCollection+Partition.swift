extension RandomAccessCollection where Index == Int {
    /// The place of the first element that is not before what is looked for, in an order that the collection has.
    package func partition(where isBefore: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
