import EventSourcing
import Inspection
import Reactions
import Terminal

/// Commands, and what reactions do because of them, one stage at a time.
extension Workbench {
    mutating func setStepping(_ argument: String) {
        switch argument {
        case "on": model.commands.isStepping = true
        case "off": model.commands.isStepping = false
        case "": model.commands.isStepping.toggle()
        default:
            model.message = StatusMessage("say :step on, or :step off", .failure)
            return
        }
        model.message = StatusMessage(
            model.commands.isStepping
                ? "commands and drains go one stage at a time: Enter on an empty line goes on"
                : "commands and drains go through at once")
        if !model.commands.isStepping, model.commands.waiting != nil { stepOn(.runOn) }
        effects.append(.lookAtDrains(model.commands.isStepping))
        if !model.commands.isStepping { model.commands.leaveDrains() }
    }

    /// A command has come to a stage.
    mutating func take(_ stage: CommitStage, of request: Request) {
        guard case .command(let number) = request.purpose,
            let index = model.commands.entries.firstIndex(where: { $0.number == number })
        else { return }
        wait(at: .commit(stage), index)
    }

    /// A drain has come to a stage, or to its end.
    mutating func take(_ news: DrainNews) {
        switch news {
        case .stage(let stage, let application):
            if underWay(application) == nil {
                model.commands.add(CommandPane.Entry(drainOf: application))
            }
            if let index = underWay(application) { wait(at: .drain(stage), index) }
        case .settled(let totals, let application):
            guard let index = underWay(application) else { return }
            model.commands.entries[index].totals = totals
            model.commands.entries[index].isWaiting = false
        }
    }

    private func underWay(_ application: String) -> Int? {
        model.commands.entries.lastIndex { entry in
            entry.isDrainUnderWay && entry.drain?.utf8.elementsEqual(application.utf8) == true
        }
    }

    private mutating func wait(at stage: StepStage, _ index: Int) {
        var entry = model.commands.entries[index]
        entry.stages.append(stage)
        if entry.stages.count > CommandPane.Entry.mostStages { entry.stages.removeFirst() }
        entry.isWaiting = true
        model.commands.entries[index] = entry
        model.commands.scrolledBack = 0
    }

    /// Lets what waits go on, or stops it.
    mutating func stepOn(_ wish: StepWish) {
        guard let index = model.commands.waiting else { return }
        let entry = model.commands.entries[index]
        model.commands.entries[index].isWaiting = false
        effects.append(
            entry.drain == nil
                ? .step(Request(number: entry.number, purpose: .command(entry.number)), wish) : .stepDrain(wish))
    }
}
