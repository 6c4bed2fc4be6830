import Testing

@testable import EventSourcing

@Suite("A payload that reads and writes its own JSON")
struct JSONPayloadTests {
    private let codec = JSONCodec()

    @Test("it is written as derived code writes it", arguments: Parcel.samples)
    func writes(parcel: Parcel) throws {
        let bytes = try codec.encode(fieldsOf: parcel)
        #expect(String(decoding: bytes, as: UTF8.self) == String(decoding: try codec.encode(parcel), as: UTF8.self))
    }

    @Test("what it wrote it reads", arguments: Parcel.samples)
    func roundTrip(parcel: Parcel) throws {
        #expect(try read(codec.encode(fieldsOf: parcel)) == .success(parcel))
    }

    @Test(
        "any other text of the same meaning is read as derived code reads it",
        arguments: [
            #"{"count":3,"sku":"tea","weight":0.5,"fragile":true}"#,
            #" { "sku" : "tea" , "count" : 3 , "weight" : 5e-1 , "fragile" : true } "#,
            #"{"sku":"t\u0065a","count":3.0,"weight":0.5,"fragile":true}"#,
            #"{"s\u006bu":"tea","count":3,"weight":0.5,"fragile":true}"#,
            #"{"sku":"coffee","count":3,"weight":0.5,"fragile":true,"sku":"tea"}"#,
            #"{"sku":"tea","count":3,"weight":0.5,"fragile":true,"note":null,"more":[1,{"a":2}]}"#,
            #"{"more":{},"sku":"tea","count":3,"weight":0.5,"fragile":true}"#,
        ])
    func otherTexts(text: String) {
        let tea = Parcel(sku: "tea", count: 3, weight: 0.5, isFragile: true)
        #expect(read(Array(text.utf8)) == .success(tea))
        expectSame(Array(text.utf8), as: .thatLaysOut)
    }

    @Test("every cut and every changed byte of a text is read, or refused, as derived code does it")
    func damaged() throws {
        let derived = JSONEventDecoder.thatLaysOut
        for parcel in Parcel.samples {
            let text = try codec.encode(parcel)
            for place in text.indices {
                expectSame(Array(text[..<place]), as: derived)
                for byte in Array(#"{}[]",:\ 0-.etn"#.utf8) + [0, 0x1F, 0x80, 0xFF] {
                    var changed = text
                    changed[place] = byte
                    expectSame(changed, as: derived)
                    changed.insert(text[place], at: place)
                    expectSame(changed, as: derived)
                }
            }
        }
    }

    @Test("a payload that swallows its errors makes no text of what is none")
    func swallowing() throws {
        #expect(throws: CodecError.self) { try decode(Swallowing.self, #"{"a":,"b":1}"#) }
        #expect(throws: CodecError.self) { try decode(Swallowing.self, #"{"b":1"#) }
        #expect(try decode(Swallowing.self, #"{"b":1}"#).b == 1)
    }

    @Test("a registry stores it as plain JSON, and reads what derived code stored")
    func registry() throws {
        let byHand = try EventRegistry(EventType<Parcel>("Parcel"))
        let derived = try EventRegistry(
            EventType<Parcel>("Parcel", embed: { (copy: DerivedParcel) in copy.parcel }, extract: { DerivedParcel($0) })
        )
        for parcel in Parcel.samples {
            #expect(try byHand.encode(parcel).payload == derived.encode(parcel).payload)
            let decoded = try derived.encode(parcel).payload.withUnsafeBytes {
                try byHand.decode(type: "Parcel", version: 1, payload: $0)
            }
            #expect(decoded == parcel)
        }
    }

    @Test("a number that is none can't be written, and the error names its member")
    func notFinite() {
        let parcel = Parcel(sku: "tea", count: 1, weight: .infinity, isFragile: false)
        let error = #expect(throws: CodecError.self) { try codec.encode(fieldsOf: parcel) }
        #expect(error?.description == "'weight' is not a finite number, and JSON has no other")
    }

    // MARK: -

    private func expectSame(_ text: [UInt8], as layingOut: JSONEventDecoder) {
        let derived = decoded(text, by: layingOut)
        #expect(read(text) == derived, "\(String(decoding: text, as: UTF8.self))")
        #expect(decoded(text, by: JSONEventDecoder()) == derived, "\(String(decoding: text, as: UTF8.self))")
    }

    private func decoded(_ text: [UInt8], by decoder: JSONEventDecoder) -> Result<Parcel, Sentence> {
        Result { try decoder.decode(Parcel.self, from: text) }.mapError { "\($0)" as Sentence }
    }

    private func read(_ text: [UInt8]) -> Result<Parcel, Sentence> {
        Result { try text.withUnsafeBytes { try codec.decode(fieldsOf: Parcel.self, from: $0) } }
            .mapError { "\($0)" as Sentence }
    }

    private func decode<Payload: JSONPayload>(_ type: Payload.Type, _ text: String) throws -> Payload {
        try Array(text.utf8).withUnsafeBytes { try codec.decode(fieldsOf: type, from: $0) }
    }
}

extension JSONEventDecoder {
    /// One that has met too many texts which it could not read at once, and now lays every text out.
    fileprivate static var thatLaysOut: JSONEventDecoder {
        let decoder = JSONEventDecoder()
        for _ in 0..<10 { _ = try? decoder.decode(Parcel.self, from: Array("{}".utf8)) }
        return decoder
    }
}

/// An error's description, which is what must be the same.
private struct Sentence: Error, Equatable, ExpressibleByStringInterpolation {
    let text: String
    init(stringLiteral text: String) { self.text = text }
}

struct Parcel: JSONPayload, Hashable {
    struct Size: Codable, Hashable {
        var height: Int
        var width: Int
    }

    var sku: String
    var count: Int
    var weight: Double
    var isFragile: Bool
    var note: String?
    var floor: Int?
    var size: Size?

    enum CodingKeys: String, CodingKey {
        case sku, count, weight
        case isFragile = "fragile"
        case note, floor, size
    }

    init(sku: String, count: Int, weight: Double, isFragile: Bool, note: String? = nil, size: Size? = nil) {
        self.sku = sku
        self.count = count
        self.weight = weight
        self.isFragile = isFragile
        self.note = note
        self.size = size
    }

    init(from fields: inout JSONFieldReader) throws {
        sku = try fields.string("sku")
        count = try fields.integer("count")
        weight = try fields.double("weight")
        isFragile = try fields.bool("fragile")
        note = try fields.stringIfPresent("note")
        floor = try fields.integerIfPresent("floor")
        size = try fields.valueIfPresent("size")
    }

    func write(to fields: inout JSONFieldWriter) throws {
        fields.write("sku", sku)
        fields.write("count", count)
        try fields.write("weight", weight)
        fields.write("fragile", isFragile)
        fields.write("note", note)
        fields.write("floor", floor)
        try fields.write("size", value: size)
    }

    static let samples = [
        Parcel(sku: "tea", count: 3, weight: 0.5, isFragile: true),
        Parcel(sku: "", count: -1, weight: -1.25e300, isFragile: false, note: "Käse, \"weich\"\n"),
        Parcel(sku: "日本茶", count: .max, weight: 7, isFragile: false, note: "", size: Size(height: 2, width: 3)),
    ]
}

/// The same members, read and written by derived code.
private struct DerivedParcel: Codable {
    let parcel: Parcel
    init(_ parcel: Parcel) { self.parcel = parcel }
    init(from decoder: any Decoder) throws { parcel = try Parcel(from: decoder) }
    func encode(to encoder: any Encoder) throws { try parcel.encode(to: encoder) }
}

private struct Swallowing: JSONPayload {
    var a: Int?
    var b: Int

    init(from fields: inout JSONFieldReader) throws {
        a = try? fields.integer("a")
        b = try fields.integer("b")
    }

    func write(to fields: inout JSONFieldWriter) { fields.write("b", b) }
}
