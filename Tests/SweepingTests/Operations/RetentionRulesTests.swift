import Sweeping
import TestTools
import Testing

/// That a row goes; its labels are looked at elsewhere.
enum Approval: Sendable, Equatable {
    case approved
}

extension RetentionRule {
    fileprivate func verdict(on job: JobRecord, now: Timestamp) -> Verdict<Approval> {
        judge(at: now)(job.row(for: self)).map { _ in .approved }
    }
}

@Suite("The rules for old rows")
struct RetentionRulesTests {
    static let tick: Duration = .microseconds(1)

    private func finished(_ completed: StoredTime, type: String = "sync", status: String = "completed") -> JobRecord {
        job(type: type, status: status, created: .ago(.days(900)), completed: completed, updated: .ago(.days(900)))
    }

    @Test(
        "a finished job goes once it is older than 30 days, not when it is exactly that old",
        arguments: ["completed", "failed", "cancelled", "COMPLETED", "FAILED", "CANCELLED"])
    func jobs(_ status: String) {
        let rule = OldJobs.rule()
        #expect(rule.verdict(on: finished(.ago(.days(30)), status: status), now: .noon) == .keep)
        #expect(rule.verdict(on: finished(.ago(.days(30) - Self.tick), status: status), now: .noon) == .keep)
        #expect(
            rule.verdict(on: finished(.ago(.days(30) + Self.tick), status: status), now: .noon) == .change(.approved))
    }

    @Test(
        "a job that isn't finished stays, whatever its times",
        arguments: ["running", "PENDING", "cancelling", "Completed", ""])
    func unfinished(_ status: String) {
        #expect(OldJobs.rule().verdict(on: finished(.ago(.days(99)), status: status), now: .noon) == .keep)
        #expect(OldJobs.rule().verdict(on: finished(.unreadable, status: status), now: .noon) == .keep)
    }

    @Test("without a completion time a job is kept; one that can't be read is kept and reported")
    func noTime() {
        #expect(OldJobs.rule().verdict(on: finished(.null), now: .noon) == .keep)
        #expect(OldJobs.rule().verdict(on: finished(.unreadable), now: .noon) == .skip(.unreadable))
        #expect(OldJobs.rule().verdict(on: finished(.at(.noon + .days(9))), now: .noon) == .keep)
    }

    static let daysByStatusAndType: [(String, String, Int)] = [
        ("completed", "sync", 30), ("failed", "sync", 90), ("FAILED", "SYNC", 90), ("completed", "export", 7),
        ("completed", "EXPORT", 7), ("failed", "export", 90), ("cancelled", "import", 120), ("cancelled", "sync", 3),
    ]

    @Test(
        "rules for a status and for a type replace the general one; where both apply, the longest wins",
        arguments: daysByStatusAndType)
    func longestWins(_ status: String, _ type: String, _ days: Int) {
        var settings = SettingValues()
        settings[OldJobs.keepByStatus] = ["failed": .days(90), "cancelled": .days(3)]
        settings[OldJobs.keepByType] = ["export": .days(7), "import": .days(120)]
        let rule = OldJobs.rule(settings)
        #expect(rule.retention.shortest == .days(3))
        let atLimit = finished(.ago(.days(days)), type: type, status: status)
        let over = finished(.ago(.days(days) + Self.tick), type: type, status: status)
        #expect(rule.verdict(on: atLimit, now: .noon) == .keep)
        #expect(rule.verdict(on: over, now: .noon) == .change(.approved))
    }

    @Test("the shortest retention is the general one where no rule is shorter")
    func shortest() {
        var settings = SettingValues()
        #expect(OldJobs.rule(settings).retention.shortest == .days(30))
        settings[OldJobs.keepByStatus] = ["failed": .days(90)]
        #expect(OldJobs.rule(settings).retention.shortest == .days(30))
        settings[OldJobs.keepByType] = ["export": .hours(1)]
        #expect(OldJobs.rule(settings).retention.shortest == .hours(1))
    }

    @Test("a download record goes once it is older than 14 days")
    func downloads() {
        let rule = OldDownloads.rule()
        func verdict(_ time: StoredTime) -> Verdict<Approval> {
            rule.judge(at: .noon)(DownloadRecord(id: "1", timestamp: time).row(for: rule)).map { _ in .approved }
        }
        #expect(verdict(.ago(.days(14))) == .keep)
        #expect(verdict(.ago(.days(14) - Self.tick)) == .keep)
        #expect(verdict(.ago(.days(14) + Self.tick)) == .change(.approved))
        #expect(verdict(.null) == .keep)
        #expect(verdict(.unreadable) == .skip(.unreadable))
    }
}
