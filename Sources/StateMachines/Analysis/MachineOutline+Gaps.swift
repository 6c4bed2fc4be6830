extension MachineOutline {
    /// The states that something may lead to, the initial one included; conditions count as if they may hold.
    public var reachableStates: Set<String> {
        var reached: Set<String> = [initial]
        var waiting = [initial]
        while let state = waiting.popLast() {
            for edge in edges where edge.state == state {
                waiting += targets(of: edge).filter { reached.insert($0).inserted }
            }
        }
        return reached
    }

    /// Whether an edge may lead out of its state.
    func leaves(_ edge: Edge) -> Bool {
        switch row(of: edge).target {
        case .goto(let states): states.contains { $0 != edge.state }
        case .stay: false
        case .stop: true
        }
    }

    /// What the table leaves open.
    var gaps: [MachineFinding] {
        let reachable = reachableStates
        var gaps: [MachineFinding] = states.filter { !reachable.contains($0) }.map { .unreachable(state: $0) }
        for state in states where reachable.contains(state) {
            let wayOut = edges.first { $0.state == state && leaves($0) }
            switch (wayOut, finals.contains(state)) {
            case (nil, false): gaps.append(.deadEnd(state: state))
            case (let edge?, true): gaps.append(.finalWithWayOut(state: state, row(of: edge)))
            default: break
            }
        }
        gaps += timeouts.filter { edges(from: $0.state, on: $0.event).isEmpty }.map { .unhandledTimeout($0) }
        return gaps + unhandledProducts + holes
    }

    private var unhandledProducts: [MachineFinding] {
        rows.flatMap { row -> [MachineFinding] in
            let own = edges.filter { $0.row == row.number }
            if own.isEmpty { return [] }
            return row.produces.flatMap { event -> [MachineFinding] in
                let places: [String]
                switch row.target {
                case .goto(let states): places = states
                case .stay: places = own.map(\.state).withoutRepetitions()
                case .stop: return [.unhandledProduct(event: event, row, state: nil)]
                }
                return places.filter { edges(from: $0, on: event).isEmpty }
                    .map { .unhandledProduct(event: event, row, state: $0) }
            }
        }
    }

    private var holes: [MachineFinding] {
        var seen: Set<TransitionKey> = []
        return edges.compactMap { edge -> MachineFinding? in
            guard seen.insert(TransitionKey(state: edge.state, event: edge.event)).inserted else { return nil }
            let rows = edges(from: edge.state, on: edge.event).map(row(of:))
            guard rows.allSatisfy(\.isGuarded) else { return nil }
            return .guardsLeaveHole(state: edge.state, event: edge.event, rows)
        }
    }
}
