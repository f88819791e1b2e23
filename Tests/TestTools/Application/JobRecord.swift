import Sweeping

/// A job's row as tests write and read it.
package struct JobRecord: Sendable, Equatable {
    package var id: String
    package var type: String
    package var status: String
    package var progress: Int?
    package var createdAt: StoredTime
    package var startedAt: StoredTime
    package var completedAt: StoredTime
    package var updatedAt: StoredTime

    package init(
        id: String, type: String, status: String, progress: Int?, createdAt: StoredTime, startedAt: StoredTime,
        completedAt: StoredTime, updatedAt: StoredTime
    ) {
        self.id = id
        self.type = type
        self.status = status
        self.progress = progress
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.updatedAt = updatedAt
    }

    package init(_ row: SelectedRow) {
        self.init(
            id: row["id"].displayText, type: row["type"].displayText, status: row["status"].displayText,
            progress: row["progress"].wholeNumber, createdAt: row.plainTime("created_at"),
            startedAt: row.plainTime("started_at"), completedAt: row.plainTime("completed_at"),
            updatedAt: row.plainTime("updated_at"))
    }

    /// By column.
    package var values: [String: Value] {
        [
            "id": Value(id), "type": Value(type), "status": Value(status),
            "progress": progress.map { .integer(Int64($0)) } ?? .null, "created_at": Value(createdAt),
            "started_at": Value(startedAt), "completed_at": Value(completedAt), "updated_at": Value(updatedAt),
        ]
    }

    /// The row as an operation has it read.
    package func row(for operation: some SweepOperation) -> SelectedRow {
        .of(values, for: operation)
    }
}

/// The row of a download's record.
package struct DownloadRecord: Sendable, Equatable {
    package var id: String
    package var timestamp: StoredTime

    package init(id: String, timestamp: StoredTime) {
        self.id = id
        self.timestamp = timestamp
    }

    package init(_ row: SelectedRow) {
        self.init(id: row["id"].displayText, timestamp: row.plainTime("timestamp"))
    }

    package var values: [String: Value] { ["id": Value(id), "timestamp": Value(timestamp)] }

    package func row(for operation: some SweepOperation) -> SelectedRow {
        .of(values, for: operation)
    }
}

/// The row of a plan, with what its `job_id` leads to.
package struct PlanRecord: Sendable, Equatable {
    package enum Link: Sendable, Equatable {
        case none
        case missing
        /// A job with this status.
        case found(id: String, status: String)
    }

    package var id: String
    package var job: Link

    package init(id: String, job: Link) {
        self.id = id
        self.job = job
    }

    package init(_ row: SelectedRow) {
        let job: Link =
            switch row.links[0] {
            case .none: .none
            case .missing: .missing
            case .found(let other): .found(id: other["id"].displayText, status: other["status"].displayText)
            }
        self.init(id: row["id"].displayText, job: job)
    }
}

extension SelectedRow {
    /// What a column says as text in UTC, whether the selection is after its time or not.
    fileprivate func plainTime(_ column: String) -> StoredTime { TimeReader.text.time(self[column]) }

    /// A row without links as an operation has it read; columns without a value are NULL.
    package static func of(_ values: [String: Value], for operation: some SweepOperation) -> SelectedRow {
        let layout = Layout(operation.selection(at: Timestamp(microseconds: 0)))
        return SelectedRow(layout, values: layout.columns.map { values[$0] ?? .null })
    }
}

extension Value {
    /// As applications write it; a time that can't be read is a word.
    package init(_ time: StoredTime) {
        switch time {
        case .null: self = .null
        case .unreadable: self = "whenever"
        case .at(let instant): self.init(instant.plain)
        }
    }
}

extension Timestamp {
    /// As the application writes it.
    package var plain: String {
        let date = CivilDate(self)
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
            + " \(padded(date.hour, 2)):\(padded(date.minute, 2)):\(padded(date.second, 2))"
            + ".\(padded(date.microsecond, 6))"
    }
}
