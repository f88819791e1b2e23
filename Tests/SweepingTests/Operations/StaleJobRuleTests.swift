import Sweeping
import TestTools
import Testing

@Suite("The rule for stale jobs")
struct StaleJobRuleTests {
    let policy = StaleJobs()
    static let tick: Duration = .microseconds(1)

    private func failed(_ status: String, _ minutes: String, timeout: Duration, elapsed: Duration) -> Verdict<
        Settlement
    > {
        .change(
            Settlement(
                outcome: .failed, status: status, error: "Job timed out after \(minutes) minutes", timeout: timeout,
                elapsed: elapsed))
    }

    static let minutesByType: [(String, Int)] = [
        ("sync", 30), ("sync_scenes", 30), ("analysis", 60), ("apply_plan", 30), ("generate_details", 45),
        ("export", 15), ("import", 15), ("cleanup", 5), ("ANALYSIS", 60), ("Analysis", 60), ("test", 30),
        ("stash_scan", 30), ("", 30), ("analysis ", 30), ("nobody's", 30),
    ]

    @Test(
        "each type has its own timeout, in whatever spelling, and any other type the default",
        arguments: minutesByType)
    func timeouts(_ type: String, _ minutes: Int) {
        let atLimit = job(type: type, started: .ago(.minutes(minutes)))
        let over = job(type: type, started: .ago(.minutes(minutes) + Self.tick))
        #expect(policy.verdict(on: atLimit, now: .noon) == .keep)
        #expect(
            policy.verdict(on: over, now: .noon)
                == failed(
                    "failed", "\(minutes).0", timeout: .minutes(minutes), elapsed: .minutes(minutes) + Self.tick))
    }

    @Test("the age counts from the start, else from the creation")
    func begin() {
        let started = job(created: .ago(.hours(9)), started: .ago(.minutes(29)))
        #expect(policy.verdict(on: started, now: .noon) == .keep)
        let waiting = job(status: "pending", created: .ago(.seconds(2712)))
        #expect(
            policy.verdict(on: waiting, now: .noon)
                == failed("failed", "45.2", timeout: .minutes(30), elapsed: .seconds(2712)))
        let late = job(created: .ago(.minutes(29)), started: .ago(.minutes(31)))
        #expect(
            policy.verdict(on: late, now: .noon)
                == failed("failed", "31.0", timeout: .minutes(30), elapsed: .minutes(31)))
    }

    static let spellings: [(String, String, String)] = [
        ("running", "failed", "completed"), ("pending", "failed", "completed"), ("RUNNING", "FAILED", "COMPLETED"),
        ("PENDING", "FAILED", "COMPLETED"),
    ]

    @Test(
        "what was written keeps the row's own spelling; a status in mixed case is somebody else's",
        arguments: spellings)
    func spelling(_ status: String, _ failedStatus: String, _ completedStatus: String) {
        let elapsed = Duration.hours(1)
        #expect(
            policy.verdict(on: staleJob("a", status: status, progress: 99), now: .noon)
                == failed(failedStatus, "60.0", timeout: .minutes(30), elapsed: elapsed))
        #expect(
            policy.verdict(on: staleJob("a", status: status, progress: 100), now: .noon)
                == .change(
                    Settlement(
                        outcome: .completed, status: completedStatus, error: nil, timeout: .minutes(30),
                        elapsed: elapsed)))
    }

    @Test(
        "every other status is left alone",
        arguments: [
            "completed", "failed", "cancelled", "cancelling", "COMPLETED", "Running", "rUNNING", "running ", "",
            "queued",
        ])
    func otherStatuses(_ status: String) {
        #expect(policy.verdict(on: staleJob("a", status: status), now: .noon) == .keep)
    }

    @Test("only a progress of exactly 100 means done", arguments: [nil, -1, 0, 99, 101])
    func progress(_ progress: Int?) {
        #expect(
            policy.verdict(on: staleJob("a", progress: progress), now: .noon)
                == failed("failed", "60.0", timeout: .minutes(30), elapsed: .hours(1)))
    }

    @Test("a sign of life younger than the grace spares the job; exactly as old doesn't")
    func heartbeat() {
        func verdict(_ updated: StoredTime, grace: Duration) -> Verdict<Settlement> {
            var policy = policy
            policy.heartbeatGrace = grace
            return policy.verdict(on: job(started: .ago(.hours(1)), updated: updated), now: .noon)
        }
        let dead = failed("failed", "60.0", timeout: .minutes(30), elapsed: .hours(1))
        #expect(verdict(.ago(.minutes(10) - Self.tick), grace: .minutes(10)) == .skip(.alive))
        #expect(verdict(.ago(.minutes(10)), grace: .minutes(10)) == dead)
        #expect(verdict(.ago(.minutes(10) + Self.tick), grace: .minutes(10)) == dead)
        #expect(verdict(.ago(.zero), grace: .minutes(10)) == .skip(.alive))
        #expect(verdict(.at(.noon + .minutes(5)), grace: .minutes(10)) == .skip(.alive))
        #expect(verdict(.at(.noon + .minutes(5) + Self.tick), grace: .minutes(10)) == dead)
        #expect(verdict(.at(.noon + .days(400)), grace: .minutes(10)) == dead)
        #expect(verdict(.null, grace: .minutes(10)) == dead)
        #expect(verdict(.unreadable, grace: .minutes(10)) == .skip(.unreadable))
        #expect(verdict(.ago(.zero), grace: .zero) == dead)
        #expect(verdict(.at(.noon + .days(400)), grace: .zero) == dead)
        #expect(verdict(.unreadable, grace: .zero) == dead)
    }

    @Test("a time that can't be read is never old, and the row is reported")
    func unreadable() {
        #expect(policy.verdict(on: job(), now: .noon) == .skip(.unreadable))
        #expect(policy.verdict(on: job(created: .unreadable), now: .noon) == .skip(.unreadable))
        #expect(
            policy.verdict(on: job(created: .ago(.days(9)), started: .unreadable), now: .noon) == .skip(.unreadable))
        #expect(
            policy.verdict(on: job(created: .unreadable, started: .ago(.minutes(31))), now: .noon)
                == failed("failed", "31.0", timeout: .minutes(30), elapsed: .minutes(31)))
    }

    @Test("a start that lies ahead is young, and counted where no two clocks differ as much")
    func future() {
        for ahead in [Self.tick, .minutes(5)] {
            #expect(policy.verdict(on: job(started: .at(.noon + ahead)), now: .noon) == .keep)
        }
        for ahead in [.minutes(5) + Self.tick, Duration.days(1)] {
            #expect(policy.verdict(on: job(started: .at(.noon + ahead)), now: .noon) == .skip(.future))
            #expect(policy.verdict(on: job(created: .at(.noon + ahead)), now: .noon) == .skip(.future))
        }
    }

    @Test(
        "a sign of life from the future is counted, though the job is settled; where the rule is off it isn't looked at"
    )
    func futureBeat() {
        for (grace, doubt) in [(Duration.minutes(10), SkipReason.future), (.zero, nil)] {
            var policy = policy
            policy.heartbeatGrace = grace
            let job = job(started: .ago(.hours(1)), updated: .at(.noon + .days(1)))
            guard case .change(let change) = policy.judge(at: .noon)(job.row(for: policy)) else {
                Issue.record("the job isn't settled")
                return
            }
            #expect(change.doubt == doubt)
        }
    }

    @Test("a type is the configured one by its bytes, in whatever case its letters A to Z are")
    func types() {
        var policy = policy
        policy.timeouts = ["übertragung": .minutes(7), "\u{E9}tat": .minutes(8), "backup": .minutes(9)]
        #expect(policy.timeout(of: "üBERTRAGUNG") == .minutes(7))
        #expect(policy.timeout(of: "\u{E9}TAT") == .minutes(8))
        for other in ["ÜBERTRAGUNG", "e\u{301}tat", "bac\u{212A}up", "backup\0"] {
            #expect(policy.timeout(of: Value(other)) == policy.defaultTimeout)
        }
    }
}

extension StaleJobs {
    fileprivate func verdict(on job: JobRecord, now: Timestamp) -> Verdict<Settlement> {
        settlement(of: job.row(for: self), at: now)
    }
}
