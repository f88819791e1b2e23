/// What the application calls its tables and columns.
package struct ApplicationTables: Sendable, Equatable {
    package var jobs = Jobs()
    package var downloads = Downloads()
    package var plans = Plans()

    package init() {}

    package struct Jobs: Sendable, Equatable {
        package var table = "job"
        package var id = "id"
        package var type = "type"
        package var status = "status"
        package var progress = "progress"
        package var error = "error"
        package var createdAt = "created_at"
        package var startedAt = "started_at"
        package var completedAt = "completed_at"
        package var updatedAt = "updated_at"

        package init() {}
    }

    package struct Downloads: Sendable, Equatable {
        package var table = "handled_downloads"
        package var id = "id"
        package var timestamp = "timestamp"

        package init() {}
    }

    package struct Plans: Sendable, Equatable {
        package var table = "analysis_plan"
        package var id = "id"
        package var status = "status"
        package var jobID = "job_id"
        package var updatedAt = "updated_at"

        package init() {}
    }
}
