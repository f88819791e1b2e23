/// Whether a plan that is PENDING still waits for something.
package enum StuckPlanRule {
    /// A plan is stuck when it has no job, its job is gone, or its job is neither running nor pending.
    package static func verdict(on plan: PlanRecord) -> Verdict<Approval> {
        switch plan.job {
        case .none, .missing: .change(.approved)
        case .found(let job):
            isActive(job.status) ? .keep : .change(.approved)
        }
    }

    /// In whatever case: a word that only looks like `running` is a doubt, and in doubt the plan stays.
    private static func isActive(_ status: String) -> Bool {
        JobStatus(rawValue: status.lowercased())?.isActive ?? false
    }
}
