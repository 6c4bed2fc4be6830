import Actors

// What every style of entity does about commands that have an id.

extension CommandHeaders {
    /// The command as it was handled before, where it has an id that the entity's store knows.
    func earlierHandling(in store: any Sendable) async throws -> CommandRecord? {
        guard let id = metadata.commandID, let commands = store as? any CommandStore else { return nil }
        return try await commands.command(id)
    }
}

extension ActorContext {
    /// Gives a repetition the first one's reply; of one that was told, nobody waits for that, so it is logged.
    ///
    /// It is no dead letter, because the command was handled, and its effect stands.
    func answer(_ record: CommandRecord, to headers: CommandHeaders?) {
        guard isAsked else {
            log(
                .information, "A command came again, and has no second effect.", ["commandID": "\(record.id)"])
            return
        }
        guard let reply = record.reply, let answer = headers?.answer else {
            reject(RepeatedCommandError(commandID: record.id))
            return
        }
        do {
            try answer(reply)
        } catch {
            reject(error)
        }
    }
}

extension Companions {
    /// The command's id with its encoded reply, written with what the command persists.
    ///
    /// Of several replies the one counts that goes to whoever asked; where nobody did, the first.
    init(_ id: ULID?, replies: [any PreparedReply], to headers: CommandHeaders?) throws {
        self.init()
        guard let id else { return }
        let asker = headers?.asker
        let reply = replies.first { asker == nil || $0.recipient == asker }
        command = CommandRecord(id: id, reply: try reply?.encoded())
    }
}
