import EventSourcing
import Inspection
import Terminal

/// `:bisect`: the first event after which a condition holds.
extension Workbench {
    mutating func bisect(_ argument: String) {
        guard let stream = model.stream else { return }
        guard !argument.isEmpty else {
            model.message = StatusMessage("say what is to hold: :bisect total < 0")
            return
        }
        do {
            ask(.bisect(stream.id, try Condition(argument)), for: .bisect)
        } catch {
            model.message = StatusMessage("column \(error.column) of the condition: \(error.message)", .failure)
        }
    }

    /// Goes to the event after which the condition first holds, or says that there is none.
    mutating func take(_ answer: BisectAnswer, to question: Question?) {
        guard case .bisect(let id, _)? = question, id == model.stream?.id else { return }
        var text: DisplayText
        if let number = answer.sequenceNumber {
            text = "#\(number): \(answer.condition) first holds"
            if let before = answer.before {
                let isMasked = before.isSecret && !model.showsSecrets
                let was: DisplayText =
                    isMasked ? DisplayText.mask : before.value.shortText(showsSecrets: model.showsSecrets)
                text += " (was " + was + ")"
            }
        } else if answer.untold > 0, answer.untold == answer.looked, let reason = answer.reason {
            text = "it can't be told whether \(answer.condition): \(reason)"
        } else {
            text = "\(answer.condition) never holds"
        }
        text += "; looked at " + Words.count(answer.looked, "event", "events")
        if answer.sequenceNumber == nil || answer.unknownThrough > 0 {
            text += doubts(answer)
        }
        model.message = StatusMessage(text)
        if let number = answer.sequenceNumber { jump(to: number) }
    }

    /// What is not known, so that nobody takes the answer for more than it is.
    private func doubts(_ answer: BisectAnswer) -> DisplayText {
        var text: DisplayText = ""
        if answer.unknownThrough > 0 { text += ", up to #\(answer.unknownThrough) not all" }
        if answer.sequenceNumber != nil { return text }
        if answer.untold > 0, answer.untold < answer.looked, let reason = answer.reason {
            text += ", of \(answer.untold) it can't be told: \(reason)"
        }
        if let problem = answer.problem {
            text += ", the fold stops at #\(problem.sequenceNumber): \(problem.reason)"
        }
        return text
    }
}
