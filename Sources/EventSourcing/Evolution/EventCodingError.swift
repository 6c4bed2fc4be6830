/// Why an event could not be encoded or decoded; the payload is not part of it.
public struct EventCodingError: Error, Hashable, CustomStringConvertible {
    /// The closed set of reasons.
    public enum Problem: Hashable, Sendable {
        case noRow
        case unknownType
        case unknownVersion(known: Int)
        case encoding(String)
        case decoding(String)
        /// The upcaster from this version failed.
        case upcasting(from: Int, String)
        /// The upcasters made a payload of this version which can't be decoded.
        case decodingRaised(to: Int, String)
    }

    /// The event type's logical name.
    public var type: String
    /// The version it was stored with, or is to be.
    public var version: Int
    /// What is wrong.
    public var problem: Problem
    /// The byte of the stored payload, from 0, at which the part at fault begins; nil where there is no such byte.
    public var byteOffset: Int?

    /// A sentence that says what is wrong.
    public var description: String {
        switch problem {
        case .noRow: "no row of the registry takes this \(type); add one for its case"
        case .unknownType: "the event type \(type) is unknown"
        case .unknownVersion(let known): "\(type) is stored with version \(version), and this program knows \(known)"
        case .encoding(let reason): "\(type) could not be encoded: \(reason)"
        case .decoding(let reason): "\(type) version \(version) could not be decoded: \(reason)"
        case .upcasting(let from, let reason):
            "\(type) version \(version) could not be brought from version \(from) to the next: \(reason)"
        case .decodingRaised(let current, let reason):
            "\(type) version \(version), brought to version \(current), could not be decoded: \(reason)"
        }
    }
}
