import Actors
import EventSourcing
import Testing

@Suite("A claim that was lost")
struct ClaimLostErrorTests {
    @Test(
        "says which claim it was, and what became of it",
        arguments: [
            (nil, nil, "is none: Audit|1 is not subscribed there"),
            (7, nil, "has ended: it was acknowledged, blocked or reset; whoever claims it next goes on"),
            (8, ULID(high: 0, low: 5), "was lost to writer 00000000000000000000000005, who has the fencing number 8"),
        ] as [(Int64?, ULID?, String)])
    func sentence(number: Int64?, holder: ULID?, end: String) throws {
        let loss = ClaimLostError(
            application: "bank", target: try PersistenceID("Audit", "1"), fencingNumber: 7,
            currentFencingNumber: number, currentHolder: holder.map { WriterID($0) })
        #expect(
            loss.description == "the claim of Audit|1 in the application 'bank' with the fencing number 7 \(end)")
    }
}
