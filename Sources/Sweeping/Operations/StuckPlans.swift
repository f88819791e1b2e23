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
    package static let createdAt = column("created_at", isShared: true, "when a plan was made; it may be missing")
    package static let updatedAt = column("updated_at", isShared: true, "when a plan's row last changed")

    package static let kind = OperationKind(
        .stuckPlans,
        settings: [enabled, grace] + JobTable.settings + [table, id, status, jobID, createdAt, updatedAt],
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
    private let createdAt: String
    private let updatedAt: String
    private let jobs: JobTable

    package init(_ settings: SettingValues = SettingValues()) {
        isEnabled = settings[StuckPlans.enabled]
        grace = settings[StuckPlans.grace]
        table = TableReference(settings[StuckPlans.table])
        id = settings[StuckPlans.id]
        status = settings[StuckPlans.status]
        jobID = settings[StuckPlans.jobID]
        createdAt = settings[StuckPlans.createdAt]
        updatedAt = settings[StuckPlans.updatedAt]
        jobs = JobTable(settings)
    }

    package var wording: OperationWording {
        OperationWording(
            title: "Stuck plans", heading: "PLANS", progress: "Resetting stuck plans...", span: 95...97,
            outcome: "stuck plans %reset to DRAFT", reportField: "stuck_plans_updated")
    }

    package var announcement: Announcement {
        Announcement(
            RowNoun(one: "plan", many: "plans"), .those("waiting for a job that is gone or over"),
            fate: RowNoun(one: "goes back to DRAFT", many: "go back to DRAFT"))
    }

    package var summary: String {
        let grace = grace > .zero ? " One that was made or touched in the last \(grace.spelledOut) stays." : ""
        return "PENDING plans whose job is gone or over go back to DRAFT.\(grace)"
    }

    package var metric: OperationMetric? {
        OperationMetric("jobsweep_plans_reset_total", "Stuck plans reset to DRAFT.")
    }

    package var needs: [TableNeed] {
        [
            TableNeed(table, key: [id], [status, jobID, updatedAt]),
            TableNeed(jobs.table, key: [jobs.id], [jobs.status]),
        ]
    }

    package func selection(at now: Timestamp) -> Selection {
        Selection(
            label: name.rawValue, noun: RowNoun(one: "plan", many: "plans"), table: table, key: [id],
            columns: [
                ReadColumn(status), ReadColumn(jobID), .time(createdAt, isOptional: true), .time(updatedAt),
            ],
            condition: .isIn(status, [StuckPlans.pending]),
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
        { row in
            guard row[status] == StuckPlans.pending else { return .keep }
            if case .found(let job) = row.link(jobID, jobs.table) {
                guard let (status, _) = jobs.status(of: job) else { return .skip(.unknown) }
                if status.isActive { return .keep }
            }
            return patience(row, at: now)
        }
    }

    /// What becomes of a plan that waits for nothing: its job may not be there yet. A touch that nobody can date may have been a
    /// second ago; who was touched long ago was made long ago, whatever else it says.
    private func patience(_ row: SelectedRow, at now: Timestamp) -> Verdict<PlannedChange> {
        let reset = PlannedChange(values: [StuckPlans.draft])
        guard grace > .zero else { return .change(reset) }
        let (created, touched) = (row.time(createdAt), row.time(updatedAt))
        if touched == .unreadable || touched == .null && created == .unreadable { return .skip(.unreadable) }
        let isFuture = [created, touched].map { $0.isFuture(at: now) }
        for (time, isFuture) in zip([created, touched], isFuture) {
            if case .at(let instant) = time, !isFuture, now - instant < grace { return .keep }
        }
        return .change(PlannedChange(values: reset.values, doubt: isFuture.contains(true) ? .future : nil))
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

    /// It has no job, its job is gone, or its job is over or about to be. A status that isn't the application's own is a doubt, and in
    /// doubt the plan stays.
    private var waitsForNothing: Condition {
        .noRow(
            RowReference(
                column: jobID, table: jobs.table, target: jobs.id,
                condition: .isNotIn(jobs.status, (JobStatus.finished + [.cancelling]).flatMap(\.spellings))))
    }

    private static func column(_ name: String, isShared: Bool = false, _ content: String) -> OperationSetting<String> {
        .column("tables.plans.\(name)", name, isShared: isShared, "The column that says \(content).")
    }
}
