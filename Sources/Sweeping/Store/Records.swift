/// A job's row, as far as the rules look at it.
package struct JobRecord: Sendable, Equatable {
    package var id: String
    /// The row's own spelling.
    package var type: String
    /// The row's own spelling.
    package var status: String
    /// 0 to 100; nil where the row has no number.
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
}

/// A download record's row.
package struct DownloadRecord: Sendable, Equatable {
    package var id: String
    package var timestamp: StoredTime
    /// The job whose deletion takes this row along (a foreign key that cascades); nil where there is no such thing.
    package var owner: JobRecord?

    package init(id: String, timestamp: StoredTime, owner: JobRecord? = nil) {
        self.id = id
        self.timestamp = timestamp
        self.owner = owner
    }
}

/// The row of a plan that is PENDING.
package struct PlanRecord: Sendable, Equatable {
    package var id: String
    package var job: Link
    /// Whether deleting the job takes the plan along (a foreign key that cascades).
    package var goesWithItsJob: Bool

    package init(id: String, job: Link, goesWithItsJob: Bool = false) {
        self.id = id
        self.job = job
        self.goesWithItsJob = goesWithItsJob
    }

    /// What a plan's `job_id` leads to.
    package enum Link: Sendable, Equatable {
        /// `job_id` is NULL.
        case none
        /// No job has this id.
        case missing
        case found(JobRecord)
    }
}
