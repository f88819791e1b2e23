extension OperationName {
    package static let stuckPlans: OperationName = "stuck_plans"
}

/// Sets plans back to DRAFT that wait for a job which is gone, or over.
package struct StuckPlans: SweepOperation {
    package static let enabled = OperationSetting.flag(
        "operations.stuck_plans.enabled", "Whether plans that wait for a job that is gone go back to DRAFT.")
    package static let grace = OperationSetting.span(
        "operations.stuck_plans.grace", .minutes(10), SpanLimits(.zero...SpanLimits.longest, such: "10m"),
        "A plan that was made or touched within this time stays, because its job may not be there yet.")
    package static let table = OperationSetting.table(
        "tables.plans.table", "analysis_plan", "The table with analysis plans.")
    package static let id = column("id", "a plan's id")
    package static let status = column("status", "a plan's status")
    package static let jobID = column("job_id", "the job that a plan waits for")
    package static let updatedAt = column("updated_at", "when a plan's row last changed")

    package static let kind = OperationKind(
        .stuckPlans, settings: [enabled, grace] + JobTable.settings + [table, id, status, jobID, updatedAt],
        make: { StuckPlans($0) })

    /// The only status that plans are reset from, and the one that they are reset to.
    private static let pending: Value = "PENDING"
    private static let draft: Value = "DRAFT"

    package let name: OperationName = .stuckPlans
    package var isEnabled: Bool
    /// A plan that was made or touched within this time stays: its job may not be there yet.
    package var grace: Duration
    private let table: TableReference
    private let id: String
    private let status: String
    private let jobID: String
    private let updatedAt: String
    private let jobs: JobTable

    package init(_ settings: SettingValues = SettingValues()) {
        isEnabled = settings[StuckPlans.enabled]
        grace = settings[StuckPlans.grace]
        table = TableReference(settings[StuckPlans.table])
        id = settings[StuckPlans.id]
        status = settings[StuckPlans.status]
        jobID = settings[StuckPlans.jobID]
        updatedAt = settings[StuckPlans.updatedAt]
        jobs = JobTable(settings)
    }

    package var wording: OperationWording {
        OperationWording(
            title: "Plans", heading: "PLANS", progress: "Resetting stuck plans...", span: 95...97,
            outcome: "stuck plans %reset to DRAFT", reportField: "stuck_plans_updated")
    }

    package var metric: OperationMetric? {
        OperationMetric("jobsweep_plans_reset_total", "Stuck plans reset to DRAFT.")
    }

    package var needs: [TableNeed] {
        [TableNeed(table, [id, status, jobID, updatedAt]), TableNeed(jobs.table, [jobs.id, jobs.status])]
    }

    package func selection(at now: Timestamp) -> Selection {
        Selection(
            label: name.rawValue, noun: RowNoun(one: "plan", many: "plans"), table: table, key: [id],
            columns: [ReadColumn(status), ReadColumn(jobID), ReadColumn(updatedAt)],
            condition: decision,
            lookups: [
                Lookup(
                    column: jobID, table: jobs.table, key: [jobs.id], target: jobs.id,
                    columns: [ReadColumn(jobs.status)])
            ])
    }

    package var action: RowAction {
        .update([
            ColumnWrite(status, .chosen(mayBeNull: false)),
            ColumnWrite(updatedAt, .now(like: jobs.times)),
        ])
    }

    /// Its job may come to life after the plan was read.
    package var standing: Condition? { waitsForNothing }

    package func judge(at now: Timestamp) -> Judge {
        decision.judge { _ in PlannedChange(values: [StuckPlans.draft]) }
    }

    /// Why a plan waits in vain. An active job is seen here only by a dry run, which knows that the run would have settled it.
    package func note(on row: SelectedRow, at now: Timestamp) -> String {
        switch row.link(jobID, jobs.table) {
        case nil, .some(.none): "waits for no job"
        case .missing: "its job doesn't exist"
        case .found(let job):
            "its job \(job.id) is \(job[jobs.status].displayText.lowercased())"
                + (jobs.status(of: job)?.status.isActive == true ? ", but stale" : "")
        }
    }

    package func jobID(of row: SelectedRow) -> String? {
        if case .found(let job) = row.link(jobID, jobs.table) { job.id } else { nil }
    }

    private var decision: Condition {
        .all([.isIn(status, [StuckPlans.pending]), waitsForNothing])
    }

    /// It has no job, its job is gone, or its job is neither running nor pending, in whatever case: a word that only looks like
    /// `running` is a doubt, and in doubt the plan stays.
    private var waitsForNothing: Condition {
        .noRow(
            RowReference(
                column: jobID, table: jobs.table, target: jobs.id,
                condition: .isInFolded(jobs.status, JobStatus.active.map { Value($0.rawValue) })))
    }

    private static func column(_ name: String, _ content: String) -> OperationSetting<String> {
        .column("tables.plans.\(name)", name, "The column that says \(content).")
    }
}
