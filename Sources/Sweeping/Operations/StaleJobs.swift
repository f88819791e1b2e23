extension OperationName {
    package static let staleJobs: OperationName = "stale_jobs"
}

/// Settles jobs that died: they say that they are running or pending, and nobody is at work on them any more.
package struct StaleJobs: SweepOperation {
    package static let enabled = OperationSetting.flag(
        "operations.stale_jobs.enabled", "Whether jobs that died are settled.")
    package static let defaultTimeout = OperationSetting.span(
        "operations.stale_jobs.default_timeout", .minutes(30), .timeout,
        "After how long a job counts as dead whose type `timeouts` doesn't name.")
    package static let timeouts = OperationSetting.spans(
        "operations.stale_jobs.timeouts", by: .jobTypes,
        [
            JobType.sync.rawValue: .minutes(30),
            JobType.syncScenes.rawValue: .minutes(30),
            JobType.analysis.rawValue: .minutes(60),
            JobType.applyPlan.rawValue: .minutes(30),
            JobType.generateDetails.rawValue: .minutes(45),
            JobType.export.rawValue: .minutes(15),
            JobType.import.rawValue: .minutes(15),
            JobType.cleanup.rawValue: .minutes(5),
        ], .timeout, "After how long a job counts as dead, by type.")
    package static let heartbeatGrace = OperationSetting.span(
        "operations.stale_jobs.heartbeat_grace", .minutes(10), SpanLimits(.zero...SpanLimits.longest, such: "10m"),
        "A job whose row was updated within this time is alive, whatever its age; 0 turns the rule off.")

    package static let kind = OperationKind(
        .staleJobs, settings: [enabled, defaultTimeout, timeouts, heartbeatGrace] + JobTable.settings,
        make: { StaleJobs($0) })

    package let name: OperationName = .staleJobs
    package var isEnabled: Bool
    /// The timeout of every type that `timeouts` doesn't name.
    package var defaultTimeout: Duration
    /// Timeouts by type, in lower case.
    package var timeouts: [String: Duration]
    /// A job whose row was updated within this time is alive whatever its age; zero turns the rule off.
    package var heartbeatGrace: Duration
    package var jobs: JobTable

    package init(_ settings: SettingValues = SettingValues()) {
        isEnabled = settings[StaleJobs.enabled]
        defaultTimeout = settings[StaleJobs.defaultTimeout]
        timeouts = settings[StaleJobs.timeouts]
        heartbeatGrace = settings[StaleJobs.heartbeatGrace]
        jobs = JobTable(settings)
    }

    package var wording: OperationWording {
        OperationWording(
            title: "Stale jobs", heading: "STALE", progress: "Settling stale jobs...",
            finding: "Finding stale jobs...", span: 20...90, outcome: "stale jobs %settled",
            reportField: "cleaned_jobs", detailsField: "cleaned_job_details")
    }

    package var announcement: Announcement {
        Announcement(
            JobTable.noun, .those("that died while they were running or pending"),
            fate: RowNoun(
                one: "becomes failed, or completed where it had reached 100 %",
                many: "become failed, or completed where they had reached 100 %"))
    }

    package var summary: String {
        let longer = timeouts.values.max().map { max($0, defaultTimeout) } ?? defaultTimeout
        let shorter = timeouts.values.min().map { min($0, defaultTimeout) } ?? defaultTimeout
        let after =
            shorter == longer
            ? defaultTimeout.spelledOut
            : "\(shorter.spelledOut) to \(longer.spelledOut), depending on their type,"
        let grace =
            heartbeatGrace > .zero
            ? " One whose row was touched in the last \(heartbeatGrace.spelledOut) stays." : ""
        return
            "Jobs that have been running or pending for longer than \(after) become failed, or completed where they had"
            + " reached 100 %.\(grace)"
    }

    /// A clock that is wrong, or a worker that was cut off, makes all jobs look dead at once.
    package var share: ShareBrake? {
        ShareBrake(least: 20, oneIn: 2) { $0.labels.contains(Settlement.Outcome.failed.rawValue) }
    }

    package var metric: OperationMetric? {
        OperationMetric(
            "jobsweep_stale_jobs_total", "Stale jobs settled, by what became of them.",
            labels: [JobType.metricLabel, .init("outcome", Settlement.Outcome.allCases.map(\.rawValue))])
    }

    package var needs: [TableNeed] {
        [
            TableNeed(
                jobs.table, key: [jobs.id],
                [
                    jobs.type, jobs.status, jobs.progress, jobs.error, jobs.createdAt, jobs.startedAt,
                    jobs.completedAt, jobs.updatedAt,
                ])
        ]
    }

    package func selection(at now: Timestamp) -> Selection {
        Selection(
            label: name.rawValue, noun: JobTable.noun, table: jobs.table, key: [jobs.id],
            columns: [
                ReadColumn(jobs.type), ReadColumn(jobs.status), ReadColumn(jobs.progress), .time(jobs.createdAt),
                .time(jobs.startedAt), ReadColumn(jobs.completedAt), .time(jobs.updatedAt),
            ], condition: jobs.isActive)
    }

    package var action: RowAction {
        .update([
            ColumnWrite(jobs.status, .chosen(mayBeNull: false)), ColumnWrite(jobs.error, .chosen(mayBeNull: true)),
            ColumnWrite(jobs.completedAt, .now(like: jobs.times)), ColumnWrite(jobs.updatedAt, .now(like: jobs.times)),
        ])
    }

    /// The timeout of a type as a row spells it.
    package func timeout(of type: Value) -> Duration {
        let name = type.folded
        return timeouts.first { Value($0.key) == name }?.value ?? defaultTimeout
    }

    package func judge(at now: Timestamp) -> Judge {
        { row in
            settlement(of: row, at: now).map { settlement in
                let type = row[jobs.type]
                return PlannedChange(
                    values: [Value(settlement.status), Value(settlement.error)],
                    labels: [JobType.label(for: type), settlement.outcome.rawValue],
                    detail: settlement.detail(of: row.id, type: type.folded.displayText),
                    doubt: hasSignOfLife && row.time(jobs.updatedAt).isFuture(at: now) ? .future : nil)
            }
        }
    }

    private var hasSignOfLife: Bool { heartbeatGrace > .zero }

    /// Whether the job is stale at `now`, and how it is settled.
    package func settlement(of row: SelectedRow, at now: Timestamp) -> Verdict<Settlement> {
        guard let (status, spelling) = jobs.status(of: row), status.isActive else { return .keep }
        let begin: Timestamp
        switch (row.time(jobs.startedAt), row.time(jobs.createdAt)) {
        case (.at(let started), _): begin = started
        case (.null, .at(let created)): begin = created
        default: return .skip(.unreadable)
        }
        // What begins tomorrow would never be stale: whoever can mend it has to know.
        if StoredTime.at(begin).isFuture(at: now) { return .skip(.future) }
        let elapsed = now - begin
        let timeout = timeout(of: row[jobs.type])
        guard elapsed > timeout else { return .keep }
        if hasSignOfLife {
            let beat = row.time(jobs.updatedAt)
            switch beat {
            case .at(let instant) where now - instant < heartbeatGrace && !beat.isFuture(at: now): return .skip(.alive)
            case .unreadable: return .skip(.unreadable)
            case .at, .null: break
            }
        }
        if row[jobs.progress].wholeNumber == 100 {
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

    package func note(on row: SelectedRow, at now: Timestamp) -> String {
        guard case .change(let settlement) = settlement(of: row, at: now) else { return "" }
        return "\(JobType.normalized(row[jobs.type].displayText)), \(settlement.outcome.rawValue) after"
            + " \(settlement.elapsed.inWords)"
    }

    package func jobID(of row: SelectedRow) -> String? { row.id }
}

/// How a stale job is settled.
package struct Settlement: Sendable, Equatable {
    package enum Outcome: String, CaseIterable, Sendable, Hashable {
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

    fileprivate func detail(of id: String, type: String) -> ReportDetail {
        let minutes = timeout.inMinutes
        return ReportDetail([
            "job_id": .text(id), "job_type": .text(type), "status": .text(outcome.rawValue),
            "timeout_minutes": minutes == minutes.rounded() ? .whole(Int(minutes)) : .number(minutes),
            "elapsed_minutes": .number(elapsed.roundedMinutes),
        ])
    }
}
