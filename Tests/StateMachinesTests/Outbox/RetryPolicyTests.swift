import StateMachines
import Testing

@Suite("A policy of retries")
struct RetryPolicyTests {
    private func waits(_ policy: RetryPolicy) -> [Duration] {
        var waits: [Duration] = []
        while let wait = policy.delay(afterAttempt: waits.count + 1), waits.count < 50 { waits.append(wait) }
        return waits
    }

    @Test("N attempts are N executions, with N - 1 waits between them")
    func executions() throws {
        #expect(waits(.none).isEmpty && RetryPolicy.none.attempts == 1)
        #expect(try waits(.fixed(.milliseconds(50), attempts: 1)).isEmpty)
        let half = Duration.milliseconds(50)
        #expect(try waits(.fixed(half, attempts: 5)) == [half, half, half, half])
        let growing = try RetryPolicy.exponential(initial: .milliseconds(100), cap: .milliseconds(700), attempts: 6)
        #expect(waits(growing) == [100, 200, 400, 700, 700].map { .milliseconds($0) })
        let slowly = try RetryPolicy.exponential(initial: .seconds(2), factor: 1.5, cap: .seconds(60), attempts: 4)
        #expect(waits(slowly) == [.seconds(2), .seconds(3), .milliseconds(4_500)])
    }

    @Test("the largest values give waits all the same")
    func largest() throws {
        let cap = Duration.seconds(Int64.max / 2_000_000)
        let policy = try RetryPolicy.exponential(
            initial: .seconds(1), factor: .greatestFiniteMagnitude, cap: cap, attempts: .max)
        #expect(policy.delay(afterAttempt: 1) == .seconds(1) && policy.delay(afterAttempt: 2) == cap)
        #expect(policy.delay(afterAttempt: .max - 1) == cap && policy.delay(afterAttempt: .max) == nil)
    }

    @Test("values that can't work are refused with a sentence")
    func refused() {
        let (second, short) = (Duration.seconds(1), Duration.microseconds(999))
        for attempts in [0, -1] {
            #expect(throws: RetryPolicyError.attempts(attempts)) { try RetryPolicy.fixed(second, attempts: attempts) }
        }
        #expect(throws: RetryPolicyError.tooShort(short)) { try RetryPolicy.fixed(short, attempts: 2) }
        for factor in [0.99, -1, .infinity] {
            #expect(throws: RetryPolicyError.factor(factor)) {
                try RetryPolicy.exponential(initial: second, factor: factor, cap: second, attempts: 2)
            }
        }
        #expect(throws: RetryPolicyError.self) {
            try RetryPolicy.exponential(initial: second, factor: .nan, cap: second, attempts: 2)
        }
        let error = #expect(throws: RetryPolicyError.cap(short, initial: second)) {
            try RetryPolicy.exponential(initial: second, cap: short, attempts: 2)
        }
        #expect(error?.description.contains("is shorter than the first one") == true)
        #expect(
            "\(RetryPolicyError.attempts(0))" == "what is to be done is executed at least once, not 0 times")
    }
}
