public import StateMachines

/// A purchase as a state machine: filled, paid as a whole, packed, shipped and delivered, or cancelled on the way; amounts
/// are in cents.
public enum Purchase {
    /// How long a purchase may stay unpaid, from the last article on.
    static let patience = Duration.seconds(30 * 60)
    /// How long a parcel may be on its way.
    static let longestWay = Duration.seconds(14 * 24 * 60 * 60)
}

/// Where a purchase is.
public enum PurchaseState: MachineState {
    case pending(Bill)
    case paid(Payment)
    case packed(Payment)
    case shipped(Parcel)
    case delivered(Parcel)
    case cancelled(Cancellation)

    /// The cases.
    public enum CaseName: String, CaseIterable, Sendable {
        case pending, paid, packed, shipped, delivered, cancelled
    }

    public var name: CaseName {
        switch self {
        case .pending: .pending
        case .paid: .paid
        case .packed: .packed
        case .shipped: .shipped
        case .delivered: .delivered
        case .cancelled: .cancelled
        }
    }
}

/// What can come to a purchase.
public enum PurchaseEvent: MachineEvent {
    case add(Article)
    case pay(Payment)
    case pack
    case ship(Parcel)
    case deliver
    case lose
    case cancel(Cancellation)
    case paymentTimedOut
    case deliveryTimedOut

    /// The cases.
    public enum CaseName: String, CaseIterable, Sendable {
        case add, pay, pack, ship, deliver, lose, cancel, paymentTimedOut, deliveryTimedOut
    }

    public var name: CaseName {
        switch self {
        case .add: .add
        case .pay: .pay
        case .pack: .pack
        case .ship: .ship
        case .deliver: .deliver
        case .lose: .lose
        case .cancel: .cancel
        case .paymentTimedOut: .paymentTimedOut
        case .deliveryTimedOut: .deliveryTimedOut
        }
    }
}

/// An article that somebody wants.
public struct Article: Codable, Hashable, Sendable {
    public var sku: String
    /// Cents, from 1 to a million.
    public var price: Int
}

/// What is to be paid.
public struct Bill: Codable, Hashable, Sendable {
    public var articles = 0
    /// Cents.
    public var total = 0
}

/// What was paid, and how.
public struct Payment: Codable, Hashable, Sendable {
    /// Cents.
    public var amount: Int
    public var method: String
}

/// What is on its way.
public struct Parcel: Codable, Hashable, Sendable {
    public var carrier: String
    public var tracking: String
}

/// Why nothing came of a purchase.
public struct Cancellation: Codable, Hashable, Sendable {
    public var reason: String
}
