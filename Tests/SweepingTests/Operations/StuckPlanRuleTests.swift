import Sweeping
import TestTools
import Testing

@Suite("The rule for stuck plans")
struct StuckPlanRuleTests {
    private func verdict(_ link: PlanRecord.Link) -> Verdict<Approval> {
        let plans = StuckPlans()
        var row = SelectedRow.of(["id": "1", "status": "PENDING", "job_id": "job-1"], for: plans)
        let job =
            switch link {
            case .none: SelectedRow.Link.none
            case .missing: SelectedRow.Link.missing
            case .found(let id, let status):
                SelectedRow.Link.found(
                    SelectedRow(row.layout.linked[0], values: [Value(id), Value(status)]))
            }
        row.links = [job]
        return plans.judge(at: .noon)(row).map { _ in .approved }
    }

    @Test("a plan without a job, or whose job doesn't exist, is stuck")
    func noJob() {
        #expect(verdict(.none) == .change(.approved))
        #expect(verdict(.missing) == .change(.approved))
    }

    @Test("a plan whose job is active waits with reason", arguments: ["running", "pending", "RUNNING", "PENDING"])
    func active(_ status: String) {
        #expect(verdict(.found(id: "job-1", status: status)) == .keep)
    }

    @Test(
        "a plan whose job is over, or about to be, is stuck",
        arguments: ["completed", "FAILED", "cancelled", "cancelling", "CANCELLING"])
    func over(_ status: String) {
        #expect(verdict(.found(id: "job-1", status: status)) == .change(.approved))
    }

    @Test(
        "a plan whose job is in a status that isn't the application's own stays, and is counted",
        arguments: ["queued", "", "running ", "Running", "pEnding", "completed\0", "archived"])
    func unknown(_ status: String) {
        #expect(verdict(.found(id: "job-1", status: status)) == .skip(.unknown))
    }

    private static func plan(_ created: StoredTime, _ updated: StoredTime, grace: Duration = .minutes(10)) -> Verdict<
        PlannedChange
    > {
        var plans = StuckPlans()
        plans.grace = grace
        var row = SelectedRow.of(
            ["id": "1", "status": "PENDING", "created_at": Value(created), "updated_at": Value(updated)], for: plans)
        row.links = [.none]
        return plans.judge(at: .noon)(row)
    }

    @Test(
        "a plan that was made or touched within the grace stays: its job may not be there yet; exactly as old it goes")
    func grace() {
        let long = StoredTime.ago(.days(1))
        let tick = Duration.microseconds(1)
        let reset = Verdict.change(PlannedChange(values: ["DRAFT"]))
        for time in [StoredTime.ago(.zero), .ago(.minutes(10) - tick), .at(.noon + .minutes(5))] {
            #expect(Self.plan(long, time) == .keep)
            #expect(Self.plan(time, long) == .keep)
            #expect(Self.plan(time, .null) == .keep)
            #expect(Self.plan(long, time, grace: .zero) == reset)
        }
        for time in [StoredTime.ago(.minutes(10)), .ago(.days(400)), .null] {
            #expect(Self.plan(long, time) == reset)
            #expect(Self.plan(time, long) == reset)
        }
    }

    @Test("a touch that can't be read may have been a second ago; who was touched long ago was made long ago")
    func unreadable() {
        let long = StoredTime.ago(.days(1))
        let reset = Verdict.change(PlannedChange(values: ["DRAFT"]))
        #expect(Self.plan(long, .unreadable) == .skip(.unreadable))
        #expect(Self.plan(.unreadable, .null) == .skip(.unreadable))
        #expect(Self.plan(.unreadable, long) == reset)
        #expect(Self.plan(long, .unreadable, grace: .zero) == reset)
    }

    @Test("a touch from the future is none, and counted")
    func future() {
        let ahead = StoredTime.at(.noon + .minutes(5) + .microseconds(1))
        let reset = Verdict.change(PlannedChange(values: ["DRAFT"], doubt: .future))
        #expect(Self.plan(.ago(.days(1)), ahead) == reset)
        #expect(Self.plan(ahead, .null) == reset)
        #expect(Self.plan(.ago(.minutes(1)), ahead) == .keep)
    }
}
