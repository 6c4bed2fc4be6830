import Actors
import EventSourcing
import Testing

@testable import SQLiteStorage

/// A small store whose every event is known: an order of 60 events, of which the last is the newest, and an account.
enum ShopStore {
    static let order = "Order|order-1"
    static let orderLength = 60

    /// Makes the file: #1 places the order in Bern, and each #n after it adds one piece of the article `sku-n`.
    static func make(_ path: String) throws {
        let writer = WriterID(ULID(high: 1 << 16, low: 7))
        var microseconds: Int64 = 1_740_902_400_000_000
        func event(_ type: String, _ payload: String, _ id: PersistenceID, _ number: Int64) -> ImportedEvent {
            microseconds += 1_000_000
            return ImportedEvent(
                persistenceID: id, sequenceNumber: number,
                event: NewEvent(
                    type: type, payload: Array(payload.utf8), timestamp: Timestamp(microseconds: microseconds)),
                writer: writer, epoch: 1)
        }
        try SQLiteStore.build(path) { builder in
            try builder.register(WriterRecord(id: writer, host: "shop", process: 1, program: "web-7", version: "1"))
            let account = try PersistenceID("Account", "account-1")
            try builder.add([
                event("AccountOpened", #"{"owner":"c-1"}"#, account, 1),
                event("MoneyDeposited", #"{"amount":500}"#, account, 2),
            ])
            let order = try PersistenceID(parsing: Self.order)
            try builder.add([event("OrderPlaced", #"{"customer":"c-1","city":"Bern"}"#, order, 1)])
            for number in 2...Int64(orderLength) {
                try builder.add([
                    event("ItemAdded", #"{"sku":"sku-\#(number)","qty":1,"price":100}"#, order, number)
                ])
            }
        }
    }
}
