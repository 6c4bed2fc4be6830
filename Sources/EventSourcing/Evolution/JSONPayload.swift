/// A payload that reads and writes its own JSON, where derived `Codable` is not quick enough.
///
/// A stream of such events is recovered about a third faster. What stands in the store is the same plain JSON: the
/// conformance may come and go without a new version, as long as both name the same members.
///
///     extension ItemAdded: JSONPayload {
///         init(from fields: inout JSONFieldReader) throws {
///             sku = try fields.string("sku")
///             quantity = try fields.integer("quantity")
///         }
///
///         func write(to fields: inout JSONFieldWriter) {
///             fields.write("sku", sku)
///             fields.write("quantity", quantity)
///         }
///     }
///
/// An `EventType` uses the two by itself. Whatever else is done with the type, such as a typed upcaster to it, goes by
/// `Codable`.
public protocol JSONPayload: Codable, Sendable {
    /// Reads the members, best in the order in which they were written.
    ///
    /// It may run twice for one text, so it must do nothing but read.
    init(from fields: inout JSONFieldReader) throws

    /// Writes the members.
    func write(to fields: inout JSONFieldWriter) throws
}
