import EventSourcing
import Testing

@Suite("JSON values")
struct JSONValueTests {
    @Test("literals make values")
    func literals() {
        let value: JSONValue = ["id": "o-1", "n": -3, "d": 1.5, "yes": true, "nothing": nil, "list": [1, "x"]]
        #expect(value.compactText == #"{"id":"o-1","n":-3,"d":1.5,"yes":true,"nothing":null,"list":[1,"x"]}"#)
        #expect(value["list"]?[1]?.string == "x")
        #expect(value["list"]?[2] == nil && value["none"] == nil && value[0] == nil)
        #expect(value["yes"]?.bool == true && value["list"]?.array?.count == 2)
    }

    @Test("an object finds the last of a key, replaces it in place, and removes all")
    func members() {
        var object: JSONObject = ["a": 1, "b": 2, "a": 3]
        #expect(object["a"] == 3)
        object["a"] = 4
        object["c"] = 5
        #expect(JSONValue.object(object).compactText == #"{"a":1,"b":2,"a":4,"c":5}"#)
        object["a"] = nil
        #expect(object.keys == ["b", "c"])
        #expect(object.map(\.value) == [2, 5])
    }

    @Test("a number is its text, and only a valid one")
    func numbers() {
        for text in ["0", "-0", "1.0", "1e5", "1E-5", "12.5e+30", "123456789012345678901234567890"] {
            #expect(JSONNumber(text)?.text == text)
        }
        for text in ["", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "NaN", "1 ", " 1", "1é", "--1"] {
            #expect(JSONNumber(text) == nil, "\(text)")
        }
        #expect(JSONNumber("1") != JSONNumber("1.0"))
        #expect(JSONNumber(Double.nan) == nil && JSONNumber(Double.infinity) == nil)
        #expect(JSONNumber("1e999")?.double == nil)
        #expect(JSONNumber(Int64.min).int64 == .min)
    }

    @Test("only printable ASCII is written when asked for")
    func asciiOnly() {
        let value: JSONValue = ["é\u{7F}": "😀\u{1B}\u{202E}~"]
        #expect(value.compactText([.asciiOnly]) == #"{"\u00e9\u007f":"\ud83d\ude00\u001b\u202e~"}"#)
        #expect(value.compactText == "{\"é\u{7F}\":\"😀\\u001b\u{202E}~\"}")
    }
}
