/// Reading the members of a flat object straight from the text, as long as they are asked for in their order.
///
/// A tape that was only begun is laid out as soon as anything else is asked of it, and the answers then come from there. What
/// was answered before stays right but for one case: an early member whose key comes again. Then the text `isMisread`, and
/// has to be read a second time.
extension JSONTape {
    /// Borrows a text, as `JSONScanner.scan` does, and leaves laying it out for later.
    func begin(_ text: UnsafeBufferPointer<UInt8>, depthLimit: Int) {
        borrow(text)
        quick.pointee = JSONQuickText(text, from: base)
        quickMembers = 0
        isMisread = false
        failure = nil
        self.depthLimit = depthLimit
        isLaidOut = false
    }

    /// Lays the text out; where it is no JSON, `failure` says so, and everything then reads as `null`.
    @inline(never)
    func layOut() {
        guard !isLaidOut else { return }
        do {
            try JSONScanner.scan(text, onto: self, depthLimit: depthLimit, sizeLimit: .max, tolerant: false)
        } catch {
            failure = error
            return
        }
        isMisread = quickMembers > 0 && isSuperseded(upTo: quickMembers)
    }

    /// Whether all that was asked for was read rightly; lays the text out if it was not read to its end.
    func isReadRightly() -> Bool {
        if !isLaidOut, quick.pointee.isAtEnd { return true }
        layOut()
        return failure == nil && !isMisread
    }

    /// Whether one of the first members comes again later, or may do so.
    private func isSuperseded(upTo count: Int) -> Bool {
        let whole = node(0)
        if whole.flags.contains(.indexed) { return true }
        var child: Int32 = 1
        for _ in 0..<count where child < whole.next {
            if node(child).flags.contains(.superseded) { return true }
            child = node(child).next
        }
        return false
    }

    /// Whether a place is that of an object.
    @inline(__always)
    func isObject(_ place: Int32) -> Bool {
        if !isLaidOut, place == 0, length > 0, base[0] == UInt8(ascii: "{") { return true }
        return node(place).kind == .object
    }

    @inline(__always)
    func quickString(_ key: consuming String, of object: Int32) -> String? {
        quickMember(key, of: object) { $0.string() }
    }

    @inline(__always)
    func quickInteger(_ key: consuming String, of object: Int32) -> Int? {
        quickMember(key, of: object) { $0.integer() }
    }

    @inline(__always)
    func quickDouble(_ key: consuming String, of object: Int32) -> Double? {
        quickMember(key, of: object) { $0.double() }
    }

    @inline(__always)
    func quickBool(_ key: consuming String, of object: Int32) -> Bool? {
        quickMember(key, of: object) { $0.bool() }
    }

    /// The member where it is the next one, and nil where the tape has to be asked.
    @inline(__always)
    private func quickMember<Value>(
        _ key: consuming String, of object: Int32, _ read: (inout JSONQuickText) -> Value?
    ) -> Value? {
        guard object == 0 else { return nil }
        let isNext = key.withUTF8 { key in
            // An empty key may have no address; the tape finds it.
            key.baseAddress.map { quick.pointee.pass($0, count: key.count) } ?? false
        }
        guard isNext, let value = read(&quick.pointee) else {
            layOut()
            return nil
        }
        quickMembers += 1
        return value
    }
}
