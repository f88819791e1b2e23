/// The application's own cleanup, which no run gets in the way of: an unfinished job of the type `cleanup` that is younger than its
/// timeout.
package struct ApplicationCleanup: Sendable {
    private let jobs: JobTable
    private let timeout: Duration

    package init(_ settings: SettingValues = SettingValues()) {
        jobs = JobTable(settings)
        timeout = StaleJobs(settings).timeout(of: Value(JobType.cleanup.rawValue))
    }

    package var selection: Selection {
        Selection(
            label: "the application's own cleanup", noun: JobTable.noun, table: jobs.table, key: [jobs.id],
            columns: [ReadColumn(jobs.type), ReadColumn(jobs.status)]
                + [jobs.createdAt, jobs.startedAt].map { .time($0, isOptional: true) },
            condition: .all([
                jobs.isActive,
                .isIn(jobs.type, JobStatus.Spelling.allCases.map { Value(JobType.cleanup.spelled($0)) }),
            ]))
    }

    package func isUnderWay(_ row: SelectedRow, at now: Timestamp) -> Bool {
        guard selection.condition.answer(on: row) == .yes else { return false }
        let begin: Timestamp
        switch (row.time(jobs.startedAt), row.time(jobs.createdAt)) {
        case (.at(let started), _): begin = started
        case (.null, .at(let created)): begin = created
        default: return false
        }
        // A start that lies further ahead than the timeout is a wrong clock, and would bar every run until then.
        return now - begin <= timeout && begin - now <= timeout
    }
}
