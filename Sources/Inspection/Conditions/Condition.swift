public import Actors
public import EventSourcing

/// A question about a state and its event that is true or false, as a person types it: `total < 0 and type like 'Item%'`.
///
/// Values are paths (`state.items[0].qty`, `event.sku`; `name?` is null where there is none), the event's `seq`, `time`, `type`
/// and `writer`, numbers, texts in either quotes, `count(path)` and `sum(path, each)`. They are compared by
/// `= != < <= > >= like in`, and joined by `and`, `or` and `not`. Numbers are compared exactly, texts by their characters, and
/// a time as the text that it is written as, of which a beginning such as `"2025-03-02"` will do.
public struct Condition: Hashable, Sendable, CustomStringConvertible {
    /// The longest text that is read, in bytes.
    public static let longest = 4_096
    /// What a try may cost, in steps: many events are tried while a person waits.
    static let mostSteps = 100_000

    /// What a name is a member of that has neither `state.` nor `event.` before it.
    public enum Subject: Hashable, Sendable {
        case state
        /// Where events are looked for.
        case event
    }

    /// The text, without spaces around it.
    public let description: String
    /// Whether it asks for a value of the state.
    public let needsState: Bool
    /// Whether it asks for anything of the event.
    public let needsEvent: Bool
    /// Whether it asks for a value of the event's payload, which must then be read.
    public let needsPayload: Bool
    let rule: RuleCondition

    /// Reads a line.
    ///
    /// Throws `CommandError`, whose column is that of the text, for one that is no condition, and for one that is longer than
    /// `longest` or nested more than 32 deep.
    ///
    /// - Parameters:
    ///   - text: the line.
    ///   - subject: what a plain name is a member of.
    public init(_ text: String, about subject: Subject = .state) throws(CommandError) {
        guard text.utf8.count <= Self.longest else {
            throw CommandError(
                column: 1,
                message: "a condition has at most \(Self.longest) bytes, and this one has \(text.utf8.count)")
        }
        var line = RuleLine(text[...], number: 1, isQuestion: true)
        do throws(RuleLine.Problem) {
            if line.isAtEnd { throw line.problem("a condition is expected, such as total < 0", at: 1) }
            rule = try line.condition(.question(about: subject))
            try line.requireEndOfCondition(.question(about: subject))
        } catch {
            throw CommandError(column: error.column, message: error.message)
        }
        description = line.written(from: 1)
        var (needsState, needsPayload, needsFacts) = (false, false, false)
        rule.visit { expression in
            switch expression {
            case .reference(.state, _, _), .count(.state, _), .sum(.state, _, _): needsState = true
            case .reference(.event, _, _), .count(.event, _), .sum(.event, _, _): needsPayload = true
            case .fact: needsFacts = true
            default: break
            }
        }
        self.needsState = needsState
        self.needsPayload = needsPayload
        needsEvent = needsPayload || needsFacts
    }

    /// What is known of an event.
    public struct Event: Hashable, Sendable {
        let facts: [RuleExpression.Fact: JSONValue]
        let payload: JSONValue?

        /// Describes an event.
        ///
        /// - Parameters:
        ///   - sequenceNumber: `seq`.
        ///   - timestamp: `time`.
        ///   - type: `type`.
        ///   - writer: `writer`, as a person calls it.
        ///   - payload: `event`; nil where it can't be read.
        public init(
            sequenceNumber: Int64, timestamp: Timestamp, type: String, writer: String, payload: JSONValue?
        ) {
            facts = RuleExpression.Fact.values(sequenceNumber, timestamp, type, writer: writer)
            self.payload = payload
        }

        /// Takes what a line of a timeline tells.
        ///
        /// - Parameters:
        ///   - row: the line.
        ///   - writer: what a person calls its writer.
        ///   - payload: its payload, which the line does not tell; nil where it can't be read.
        public init(_ row: EventRow, writer: String, payload: JSONValue?) {
            self.init(
                sequenceNumber: row.sequenceNumber, timestamp: row.timestamp, type: row.type, writer: writer,
                payload: payload)
        }
    }

    /// Whether a condition is true.
    public enum Truth: Hashable, Sendable {
        case holds
        case fails
        /// It can't be told: a value is missing, of another kind, or takes too long; why, as a clause.
        case unknown(reason: String)
    }

    /// Whether it holds of a state and the event that led to it.
    ///
    /// - Parameters:
    ///   - state: the state; null where there is none.
    ///   - event: the event; nil before the first one.
    public func truth(state: JSONValue, event: Event?) -> Truth {
        switch rule.truth(in: evaluation(state, event, RuleBudget(Self.mostSteps))) {
        case .holds: .holds
        case .fails: .fails
        case .unknown(let failure): .unknown(reason: failure.clause)
        }
    }

    func evaluation(_ state: JSONValue, _ event: Event?, _ budget: RuleBudget) -> RuleEvaluation {
        RuleEvaluation(state: state, payload: event?.payload, facts: event?.facts ?? [:], budget)
    }
}

extension Condition {
    /// The value of the state that the whole condition is about, such as `total` in `total < 0`; nil where it is about more
    /// than one, or about an event.
    var measure: RuleExpression? {
        var rule = rule
        while case .not(let inner) = rule { rule = inner }
        let value: RuleExpression
        switch rule {
        case .comparison(.constant, _, let right): value = right
        case .value(let left), .comparison(let left, _, _), .like(let left, _), .member(let left, _): value = left
        case .not, .all, .any: return nil
        }
        var (isOfState, isOfEvent) = (false, false)
        value.visit { expression in
            switch expression {
            case .reference(.state, _, _), .count(.state, _), .sum(.state, _, _): isOfState = true
            case .reference(.event, _, _), .count(.event, _), .sum(.event, _, _), .fact: isOfEvent = true
            default: break
            }
        }
        return isOfState && !isOfEvent ? value : nil
    }

    /// Whether it asks for a value that stands under a key like `password`, or under one that is only known later.
    var isSecret: Bool {
        var isSecret = false
        func look(_ path: RulePath) {
            for step in path.steps {
                switch step {
                case .key(let key): if SecretKeys.contain(key) { isSecret = true }
                case .named: isSecret = true
                case .index, .matching: break
                }
            }
        }
        rule.visit { expression in
            switch expression {
            case .reference(_, let path, _), .count(_, let path), .sum(_, let path, _): look(path)
            default: break
            }
        }
        return isSecret
    }

    /// Whether it asks for the event's writer.
    var needsWriter: Bool {
        var needsWriter = false
        rule.visit { if $0 == .fact(.writer) { needsWriter = true } }
        return needsWriter
    }
}

extension RuleLine.Scope {
    /// What names mean in a condition.
    fileprivate static func question(about subject: Condition.Subject) -> RuleLine.Scope {
        let base: RuleExpression.Base = subject == .state ? .state : .event
        return RuleLine.Scope(
            plain: base, bare: base, looksAtEvents: true, keywords: ["and", "or", "not", "like", "in"])
    }
}
