import Actors
import EventSourcing
import StateMachines

extension MachineFile {
    /// The domains of the file's machines, in their order: a command for each event, with what the event carries as its
    /// arguments.
    ///
    /// Throws what making an instance throws.
    public func domains() throws -> [Domain] {
        try zip(texts, machines).map { text, machine in
            try Domain(machine, commands: text.events.map { $0.command(of: machine.outline) }).described(by: name)
        }
    }
}

extension MachineText.Event {
    /// The command that sends the event.
    fileprivate func command(
        of outline: MachineOutline
    ) -> DomainCommand<MachineCommand<TextState, TextEvent>, MachineAnswer<TextState>> {
        let description = CommandDescription(
            name: name.text, summary: outline.whereTaken(name.text), parameters: parameters)
        return DomainCommand(description) { command in
            let event = TextEvent(command.name, command.arguments)
            return { replyTo in .send(event, replyTo: replyTo) }
        }
    }
}
