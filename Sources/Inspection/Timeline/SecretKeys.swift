import EventSourcing

/// The keys whose values are not shown unless somebody asks for them.
public enum SecretKeys {
    /// What stands in a secret's place, the same for every length.
    public static let mask = "******"

    private static let words = [
        "password", "passwd", "passphrase", "passcode", "pwd", "secret", "token", "apikey", "authorization",
        "credential", "privatekey", "accesskey", "sessionid", "cvv", "cvc",
    ]
    private static let wholeWords = ["pin", "auth", "otp", "cookie", "bearer"]

    /// Whether the value under this key should be masked: the key holds a word like password, token or secret.
    ///
    /// Case and separators don't matter: `apiKey`, `api_key` and `API-KEY` are one.
    public static func contain(_ key: String) -> Bool {
        let letters = key.utf8.prefix(256).compactMap { byte -> UInt8? in
            switch byte {
            case 0x41...0x5A: byte | 0x20
            case 0x61...0x7A, 0x30...0x39: byte
            default: nil
            }
        }
        return wholeWords.contains { letters.elementsEqual($0.utf8) } || words.contains { holds(letters, $0.utf8) }
    }

    /// Whether a value is masked under its key, or has a key anywhere within whose value is.
    static func hide(_ value: JSONValue, under key: String) -> Bool {
        if contain(key) { return true }
        switch value {
        case .object(let members): return members.contains { hide($0.value, under: $0.key) }
        case .array(let elements): return elements.contains { hide($0, under: "") }
        default: return false
        }
    }

    /// Screens ask this of every key that they show, so bytes are compared and no text is searched.
    private static func holds(_ letters: [UInt8], _ word: String.UTF8View) -> Bool {
        guard let first = word.first, letters.count >= word.count else { return false }
        return (0...letters.count - word.count).contains { start in
            letters[start] == first && letters[start...].starts(with: word)
        }
    }
}
