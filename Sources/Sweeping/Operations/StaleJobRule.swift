/// How a stale job is settled.
package struct Settlement: Sendable, Equatable {
    package enum Outcome: String, CaseIterable, Sendable, Hashable, Codable {
        case failed
        case completed
    }

    package var outcome: Outcome
    /// The new status in the row's own spelling.
    package var status: String
    /// The new error text; nil clears it.
    package var error: String?
    package var timeout: Duration
    package var elapsed: Duration

    package init(outcome: Outcome, status: String, error: String?, timeout: Duration, elapsed: Duration) {
        self.outcome = outcome
        self.status = status
        self.error = error
        self.timeout = timeout
        self.elapsed = elapsed
    }
}

extension StaleJobPolicy {
    /// Whether the job is stale at `now`, and how it is settled.
    package func verdict(on job: JobRecord, now: Timestamp) -> Verdict<Settlement> {
        guard let (status, spelling) = JobStatus.reading(job.status), status.isActive else { return .keep }
        let begin: Timestamp
        switch (job.startedAt, job.createdAt) {
        case (.at(let started), _): begin = started
        case (.null, .at(let created)): begin = created
        default: return .skip(.unreadable)
        }
        let elapsed = now - begin
        let timeout = timeout(of: job.type)
        guard elapsed > timeout else { return .keep }
        if heartbeatGrace > .zero {
            switch job.updatedAt {
            case .at(let beat) where now - beat < heartbeatGrace: return .skip(.alive)
            case .unreadable: return .skip(.unreadable)
            case .at, .null: break
            }
        }
        if job.progress == 100 {
            return .change(
                Settlement(
                    outcome: .completed, status: JobStatus.completed.spelled(spelling), error: nil, timeout: timeout,
                    elapsed: elapsed))
        }
        return .change(
            Settlement(
                outcome: .failed, status: JobStatus.failed.spelled(spelling),
                error: "Job timed out after \(elapsed.minutesWithOneDecimal) minutes", timeout: timeout,
                elapsed: elapsed))
    }
}

extension Duration {
    /// Minutes to one decimal as text, a tie to the even digit: `45.2`.
    package var minutesWithOneDecimal: String {
        let tenths = tenthsOfMinutes
        return "\(tenths / 10).\(abs(tenths % 10))"
    }

    /// Minutes rounded to one decimal.
    package var roundedMinutes: Double {
        Double(tenthsOfMinutes) / 10
    }

    private var tenthsOfMinutes: Int64 {
        let microsecondsPerTenth: Int64 = 6_000_000
        let (tenths, rest) = wholeMicroseconds.quotientAndRemainder(dividingBy: microsecondsPerTenth)
        let up = rest * 2 > microsecondsPerTenth || (rest * 2 == microsecondsPerTenth && tenths % 2 == 1)
        return tenths + (up ? 1 : 0)
    }
}
