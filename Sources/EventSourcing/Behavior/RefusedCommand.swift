import Actors

extension ActorContext {
    /// Tells whoever asked why the present command is not carried out.
    ///
    /// Of a command that was told nobody waits to hear: it becomes a dead letter, so that it is not lost without a trace.
    func refuse(_ command: Message, _ error: any Error) {
        if isAsked {
            reject(error)
        } else {
            deadLetter(command, .other("it was refused: \(error)"))
        }
    }

    /// Tells whoever asked that nobody knows whether the present command was carried out, and how to find out.
    func refuseUnknown(_ command: Message, _ error: OutcomeUnknownError) {
        if isAsked {
            rejectUnknownOutcome(error)
        } else {
            deadLetter(command, .other("whether it was carried out is not known: \(error.cause)"))
        }
    }
}
