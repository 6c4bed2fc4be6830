import EventSourcing
import Inspection
import Terminal

extension Workbench {
    /// Opens the line for a search, or searches at once for a given text.
    mutating func beginFinding(_ text: String) {
        guard model.stream != nil || model.place == .log else {
            model.message = StatusMessage("no stream is open: s lists the streams")
            return
        }
        if text.isEmpty {
            model.prompt = Prompt(.search)
            model.searchOrigin = model.searchPlace
        } else {
            model.searchOrigin = model.searchPlace
            search(for: text)
        }
    }

    /// Says no more of a finished search, once the hit was left by another key than its own, and after Esc.
    mutating func quietSearch(after id: Command.ID, from place: Int64) {
        guard model.search?.isComplete == true, model.prompt == nil else { return }
        switch id {
        case .nextHit, .previousHit: model.search?.isQuiet = false
        case .leave: model.search?.isQuiet = true
        default: if model.searchPlace != place { model.search?.isQuiet = true }
        }
    }

    /// Searches for what is being typed, from where typing began.
    mutating func search(for text: String) {
        stop(.search)
        guard !text.isEmpty else {
            model.search = nil
            return
        }
        let scope: SearchScope
        if model.place == .log {
            scope = .store(from: max(1, model.searchOrigin))
        } else if let stream = model.stream {
            scope = .stream(stream.id, from: model.searchOrigin)
        } else {
            return
        }
        model.search = Search(text: text, scope: scope, origin: model.searchOrigin)
        ask(.search(text, scope), for: .search)
    }

    /// Takes hits, all so far, and goes to the first that fits.
    mutating func takeHits(_ hits: [Int64], searched: Double, isComplete: Bool) {
        guard var search = model.search else { return }
        search.hits = hits
        search.searched = searched
        search.isComplete = isComplete
        if !search.hasLanded {
            let index = hits.partitioningIndex { $0 >= search.origin }
            if index < hits.count {
                search.hasLanded = true
                land(on: hits[index], of: search)
            } else if isComplete, let first = hits.first {
                search.hasLanded = true
                model.message = StatusMessage("no hit behind #\(search.origin): went on at the beginning")
                land(on: first, of: search)
            }
        }
        model.search = search
    }

    private mutating func land(on number: Int64, of search: Search) {
        switch search.scope {
        case .stream:
            if model.prompt == nil { jump(to: number) } else { movePlayhead(to: number) }
        case .store:
            model.log.selected = number
            model.log.line = model.rows(of: .timeline) / 2
            if let range = model.log.range, range.contains(number) {
                takeLog(model.log.rows, of: range)
            } else {
                model.log.range = nil
            }
        }
    }

    /// Goes to the next hit on one side; behind the last one to the first.
    mutating func goToHit(_ direction: Direction, count: Int) {
        guard let search = model.search else { return }
        guard !search.hits.isEmpty else {
            model.message = StatusMessage(
                search.isComplete ? "nothing holds \(search.text)" : "no hit yet, \(percent(search)) % searched")
            return
        }
        let here = model.searchPlace
        let hits = search.hits
        let index: Int
        switch direction {
        case .forward: index = hits.partitioningIndex { $0 > here } + count - 1
        case .backward: index = hits.partitioningIndex { $0 >= here } - count
        }
        if hits.indices.contains(index) {
            land(on: hits[index], of: search)
        } else if search.isComplete, !search.isStopped {
            let wrapped = ((index % hits.count) + hits.count) % hits.count
            model.message = StatusMessage(
                direction == .forward ? "went on at the first hit" : "went on at the last hit")
            land(on: hits[wrapped], of: search)
        } else {
            model.message = StatusMessage("no other hit on this side, \(percent(search)) % searched")
        }
    }

    private func percent(_ search: Search) -> Int { Int(search.searched * 100) }

    // MARK: - The line

    /// The search line changed.
    mutating func searchLineChanged(_ text: String) { search(for: text) }

    /// Enter in the search line: the playhead stays where the search led.
    mutating func acceptSearch() {
        guard let search = model.search else { return }
        if case .stream(let id, _) = search.scope, search.hasLanded {
            model.trail.leave(Trail.Stop(id: id, number: search.origin))
        }
    }

    /// Esc in the search line: back to where it was opened.
    mutating func dropSearch() {
        guard let search = model.search else { return }
        stop(.search)
        model.search = nil
        if case .stream = search.scope { movePlayhead(to: search.origin) }
    }
}
