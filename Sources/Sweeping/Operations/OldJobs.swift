extension OperationName {
    package static let oldJobs: OperationName = "old_jobs"
}

/// Deletes jobs that have been over for long.
package enum OldJobs {
    package static let enabled = OperationSetting.flag(
        "operations.old_jobs.enabled", "Whether old jobs are deleted.")
    package static let keep = OperationSetting.span(
        "operations.old_jobs.keep", .days(30), .retention,
        "How long a job stays after its end, where neither its status nor its type has a time of its own.")
    package static let keepByStatus = OperationSetting.spans(
        "operations.old_jobs.keep_by_status", by: .finishedStatuses, [:], .retention,
        "How long a job stays, by status. Where a type's time applies too, the longer one wins.")
    package static let keepByType = OperationSetting.spans(
        "operations.old_jobs.keep_by_type", by: .jobTypes, [:], .retention,
        "How long a job stays, by type. Where a status' time applies too, the longer one wins.")
    package static let spareActive = OperationSetting.flag(
        "operations.old_jobs.spare_active",
        "Whether an old job stays whose deletion would take a running or pending one along by a foreign key.")

    package static let kind = OperationKind(
        .oldJobs, settings: [enabled, keep, keepByStatus, keepByType, spareActive] + JobTable.settings,
        make: { rule($0) })

    package static func rule(_ settings: SettingValues = SettingValues()) -> RetentionRule {
        let jobs = JobTable(settings)
        var rule = RetentionRule(
            .oldJobs, wording: wording, noun: JobTable.noun, table: jobs.table, key: [jobs.id],
            time: .column(jobs.completedAt),
            retention: Retention(
                settings[keep],
                [
                    .init(column: jobs.status, isFolded: true, settings[keepByStatus]),
                    .init(column: jobs.type, isFolded: true, settings[keepByType]),
                ]))
        rule.isEnabled = settings[enabled]
        if settings[spareActive] { rule.spared = jobs.spared }
        rule.condition = .isIn(jobs.status, JobStatus.finished.flatMap(\.spellings))
        // What the application changed since must show.
        rule.columns = [
            ReadColumn(jobs.type), ReadColumn(jobs.status), .time(jobs.completedAt),
            ReadColumn(jobs.updatedAt, isOptional: true),
        ]
        rule.metric = OperationMetric("jobsweep_jobs_deleted_total", "Old jobs deleted.", labels: [JobType.metricLabel])
        rule.labels = { [JobType.label(for: $0[jobs.type])] }
        rule.describe = { row in
            "\(JobType.normalized(row[jobs.type].displayText)), \(row[jobs.status].displayText.lowercased()) at"
                + " \(row.time(jobs.completedAt).text)"
        }
        rule.words = (jobs.status, JobStatus.finished.map { Value($0.rawValue) })
        rule.rows = { values in
            "\(values[jobs.status]?.displayText ?? "finished") jobs"
                + (values[jobs.type].map { " of type \($0.displayText)" } ?? "")
        }
        rule.happened = "finished"
        rule.concernsJobs = true
        return rule
    }

    private static let wording = OperationWording(
        title: "Old jobs", heading: "JOBS", progress: "Deleting old jobs...", span: 90...92,
        outcome: "old jobs %deleted", reportField: "old_jobs_deleted")
}
