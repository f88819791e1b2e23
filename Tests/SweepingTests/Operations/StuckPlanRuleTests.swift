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

    @Test(
        "a plan whose job is active waits with reason; in doubt about the spelling it stays",
        arguments: ["running", "pending", "RUNNING", "PENDING", "Running", "pEnding"])
    func active(_ status: String) {
        #expect(verdict(.found(id: "job-1", status: status)) == .keep)
    }

    @Test(
        "a plan whose job is in any other state is stuck",
        arguments: ["completed", "FAILED", "cancelled", "cancelling", "queued", "", "running "])
    func over(_ status: String) {
        #expect(verdict(.found(id: "job-1", status: status)) == .change(.approved))
    }
}
