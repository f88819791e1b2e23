import Sweeping

/// What the application calls its tables and columns.
extension SettingsCatalogue {
    static let tables: [Setting] = [
        table("jobs", \.tables.jobs.table, "jobs"),
        column("jobs.id", \.tables.jobs.id, "a job's id"),
        column("jobs.type", \.tables.jobs.type, "a job's type"),
        column("jobs.status", \.tables.jobs.status, "a job's status"),
        column("jobs.progress", \.tables.jobs.progress, "how far a job is, from 0 to 100"),
        column("jobs.error", \.tables.jobs.error, "why a job failed"),
        column("jobs.created_at", \.tables.jobs.createdAt, "when a job was made"),
        column("jobs.started_at", \.tables.jobs.startedAt, "when a job began"),
        column("jobs.completed_at", \.tables.jobs.completedAt, "when a job ended"),
        column("jobs.updated_at", \.tables.jobs.updatedAt, "when a job's row last changed"),
        table("downloads", \.tables.downloads.table, "records of downloads"),
        column("downloads.id", \.tables.downloads.id, "a record's id"),
        column("downloads.timestamp", \.tables.downloads.timestamp, "when the download was handled"),
        table("plans", \.tables.plans.table, "analysis plans"),
        column("plans.id", \.tables.plans.id, "a plan's id"),
        column("plans.status", \.tables.plans.status, "a plan's status"),
        column("plans.job_id", \.tables.plans.jobID, "the job that a plan waits for"),
        column("plans.updated_at", \.tables.plans.updatedAt, "when a plan's row last changed"),
    ]

    private static func table(
        _ name: String, _ property: WritableKeyPath<Configuration, String> & Sendable, _ content: String
    ) -> Setting {
        .value("tables.\(name).table", property, .table, .restart, "The table with \(content).")
    }

    private static func column(
        _ name: String, _ property: WritableKeyPath<Configuration, String> & Sendable, _ content: String
    ) -> Setting {
        .value("tables.\(name)", property, .column, .restart, "The column that says \(content).")
    }
}
