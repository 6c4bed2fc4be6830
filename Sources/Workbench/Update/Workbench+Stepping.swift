import EventSourcing
import Inspection
import Terminal

/// Commands that are sent one stage at a time.
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
                ? "commands go one stage at a time: Enter on an empty line goes on"
                : "commands go through at once")
        if !model.commands.isStepping, model.commands.waiting != nil { stepOn(.runOn) }
    }

    /// A command has come to a stage.
    mutating func take(_ stage: CommitStage, of request: Request) {
        guard case .command(let number) = request.purpose,
            let index = model.commands.entries.firstIndex(where: { $0.number == number })
        else { return }
        model.commands.entries[index].stages.append(stage)
        model.commands.entries[index].isWaiting = true
        model.commands.scrolledBack = 0
    }

    /// Lets the command that waits go on, or stops it.
    mutating func stepOn(_ wish: StepWish) {
        guard let index = model.commands.waiting else { return }
        let number = model.commands.entries[index].number
        model.commands.entries[index].isWaiting = false
        effects.append(.step(Request(number: number, purpose: .command(number)), wish))
    }
}
