import Sweeping
import Testing

@Suite("The rule for stuck plans")
struct StuckPlanRuleTests {
    private func verdict(_ link: PlanRecord.Link) -> Verdict<Approval> {
        StuckPlanRule.verdict(on: PlanRecord(id: "1", job: link))
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
        #expect(verdict(.found(job(status: status, started: .ago(.days(900))))) == .keep)
    }

    @Test(
        "a plan whose job is in any other state is stuck",
        arguments: ["completed", "FAILED", "cancelled", "cancelling", "queued", "", "running "])
    func over(_ status: String) {
        #expect(verdict(.found(job(status: status))) == .change(.approved))
    }
}
