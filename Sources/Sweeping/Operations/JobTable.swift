/// What the application calls its table of jobs and the columns of it.
package struct JobTable: Sendable, Equatable {
    package var table: TableReference
    package var id: String
    package var type: String
    package var status: String
    package var progress: String
    package var error: String
    package var createdAt: String
    package var startedAt: String
    package var completedAt: String
    package var updatedAt: String

    package static let table = OperationSetting.table("tables.jobs.table", "job", "The table with jobs.")
    package static let id = column("id", "a job's id")
    package static let type = column("type", "a job's type")
    package static let status = column("status", "a job's status")
    package static let progress = column("progress", "how far a job is, from 0 to 100")
    package static let error = column("error", "why a job failed")
    // An application without all four times may name one of them several times.
    package static let createdAt = column("created_at", isShared: true, "when a job was made")
    package static let startedAt = column("started_at", isShared: true, "when a job began")
    package static let completedAt = column("completed_at", isShared: true, "when a job ended")
    package static let updatedAt = column("updated_at", isShared: true, "when a job's row last changed")

    package static let settings: [any OperationSettingFacts] = [
        table, id, type, status, progress, error, createdAt, startedAt, completedAt, updatedAt,
    ]

    package static let noun = RowNoun(one: "job", many: "jobs")

    package init(_ settings: SettingValues = SettingValues()) {
        table = TableReference(settings[JobTable.table])
        id = settings[JobTable.id]
        type = settings[JobTable.type]
        status = settings[JobTable.status]
        progress = settings[JobTable.progress]
        error = settings[JobTable.error]
        createdAt = settings[JobTable.createdAt]
        startedAt = settings[JobTable.startedAt]
        completedAt = settings[JobTable.completedAt]
        updatedAt = settings[JobTable.updatedAt]
    }

    /// Where the application's way to write instants shows, the surest first.
    package var times: [ColumnReference] {
        [updatedAt, createdAt, startedAt, completedAt].map { ColumnReference(table, $0) }
    }

    /// Rows that say they are running or pending.
    package var isActive: Condition {
        .isIn(status, JobStatus.active.flatMap(\.spellings))
    }

    /// Jobs that may not go along with others. A word that only looks like `running` is a doubt, and in doubt a job stays.
    package var spared: SparedRows {
        SparedRows(table, where: .isInFolded(status, JobStatus.active.map { Value($0.rawValue) }))
    }

    /// The status in the row's own spelling; nil for one that isn't the application's.
    package func status(of row: SelectedRow) -> (status: JobStatus, spelling: JobStatus.Spelling)? {
        row[status].string.flatMap(JobStatus.reading)
    }

    private static func column(_ name: String, isShared: Bool = false, _ content: String) -> OperationSetting<String> {
        .column("tables.jobs.\(name)", name, isShared: isShared, "The column that says \(content).")
    }
}

extension JobStatus {
    /// The word as rows have it.
    package var spellings: [Value] {
        Spelling.allCases.map { Value(spelled($0)) }
    }
}
