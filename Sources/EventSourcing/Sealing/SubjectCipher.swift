/// Encrypts what is stored about a subject with a key of that subject alone, so that deleting one key forgets it all.
///
/// A log keeps every event for good; a person's right to be forgotten is met by a key that is not. The engine brings no
/// cryptography: an application conforms with its own library and keeps the keys where its backups do not.
///
/// Calls come on any thread, and block whoever encodes or decodes; so keep keys at hand.
public protocol SubjectCipher: Sendable {
    /// Encrypts bytes with the subject's key, which is made where there is none; throws for a subject that was forgotten.
    func seal(_ plain: [UInt8], of subject: String) throws -> [UInt8]

    /// Decrypts what `seal` made; nil where the subject was forgotten. Throws for bytes that the key does not open.
    func open(_ sealed: [UInt8], of subject: String) throws -> [UInt8]?

    /// Deletes the subject's key; what was sealed with it reads as forgotten from now on.
    func forget(_ subject: String) throws
}
