import EventSourcing
import Glibc

/// One figure with the limit it stands beside.
struct Measurement {
    let work: String
    let value: Double
    let unit: String
    /// The same work without Playhead; nil where the limit is a fixed one.
    var limit: Double?
    /// What the ratio to the limit, or the value, must be.
    var must: Must?

    enum Must {
        /// The value is at least so many times the limit.
        case ratio(Double)
        case atMost(Double)
        case atLeast(Double)
    }

    var ratio: Double? { limit.map { value / $0 } }

    var isReached: Bool? {
        switch must {
        case .ratio(let least): ratio.map { $0 >= least }
        case .atMost(let most): value <= most
        case .atLeast(let least): value >= least
        case nil: nil
        }
    }

    /// Whether it is a count, the same on every machine, so that a run fails that misses it; what takes time is told alone.
    var isCount: Bool { ["MiB", "bytes", "allocations", "ticks"].contains(unit) }

    static let heading = """
        | work | value | unit | limit | ratio | must reach | reached |
        | --- | ---: | --- | ---: | ---: | --- | --- |
        """

    var line: String {
        let goal =
            switch must {
            case .ratio(let least): "\(Self.text(least)) of the limit"
            case .atMost(let most): "at most \(Self.text(most))"
            case .atLeast(let least): "at least \(Self.text(least))"
            case nil: ""
            }
        let reached = isReached.map { $0 ? "yes" : "NO" } ?? ""
        return "| \(work) | \(Self.text(value)) | \(unit) | \(limit.map(Self.text) ?? "") "
            + "| \(ratio.map(Self.text) ?? "") | \(goal) | \(reached) |"
    }

    /// Three digits that count.
    static func text(_ value: Double) -> String {
        if value >= 100 { return "\(Int(value.rounded()))" }
        let scale = value >= 10 ? 10.0 : 100.0
        return "\((value * scale).rounded() / scale)"
    }

    static func writeJSON(_ measurements: [Measurement], to path: String) throws {
        let rows = measurements.map { measurement in
            var row: JSONObject = [
                "work": .string(measurement.work), "value": number(measurement.value),
                "unit": .string(measurement.unit),
            ]
            row["limit"] = measurement.limit.map(number)
            row["ratio"] = measurement.ratio.map(number)
            row["reached"] = measurement.isReached.map { .bool($0) }
            return JSONValue.object(row)
        }
        guard let file = fopen(path, "w") else { throw BenchError(reason: "\(path) can't be written") }
        defer { fclose(file) }
        fputs(JSONValue.array(rows).compactText + "\n", file)
    }

    private static func number(_ value: Double) -> JSONValue { JSONNumber(value).map { .number($0) } ?? .null }
}

/// Why something could not be measured.
struct BenchError: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}
