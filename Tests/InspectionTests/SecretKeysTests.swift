import Inspection
import Testing

@Suite("Keys whose values are masked")
struct SecretKeysTests {
    @Test(
        "secrets are known by their keys",
        arguments: [
            ("password", true), ("userPassword", true), ("api_key", true), ("API-KEY", true), ("accessToken", true),
            ("client.secret", true), ("pin", true), ("Authorization", true), ("spinning", false), ("author", false),
            ("name", false), ("", false), ("secretary", true),
        ])
    func known(key: String, isSecret: Bool) {
        #expect(SecretKeys.contain(key) == isSecret)
    }
}
