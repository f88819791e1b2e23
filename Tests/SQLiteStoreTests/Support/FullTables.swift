import Sweeping

/// Rows in all three tables, whatever they are called, and what a sweep changes of them.
enum FullTables {
    static let changes: [OperationName: Int] = [
        .staleJobs: 1, .oldJobs: 2, .oldDownloads: 1, .stuckPlans: 2,
    ]

    /// Rows of which every operation changes some; under these names.
    static func fill(_ database: ApplicationDatabase, _ names: SettingValues = SettingValues()) throws {
        let job = JobTable(names)
        func list(_ names: String...) -> String { names.map(identifier).joined(separator: ", ") }
        let old = Timestamp.ago(.days(31)).plain
        let hour = Timestamp.ago(.hours(1)).plain
        try database.execute(
            """
            INSERT INTO \(list(job.table.name)) (\(list(job.id, job.type, job.status, job.completedAt, job.updatedAt))) VALUES
                ('o1', 'sync', 'completed', '\(old)', '\(old)'), ('o2', 'sync', 'FAILED', '\(old)', '\(old)'),
                ('y1', 'sync', 'failed', '\(hour)', '\(hour)');
            INSERT INTO \(list(job.table.name)) (\(list(job.id, job.type, job.status, job.progress, job.startedAt, job.updatedAt)))
                VALUES ('s1', 'sync', 'running', 1, '\(hour)', '\(hour)');
            INSERT INTO \(list(names[OldDownloads.table])) (\(list(names[OldDownloads.id], names[OldDownloads.timestamp])))
                VALUES (1, '\(old)'), (2, '\(hour)'), (3, NULL);
            INSERT INTO \(list(names[StuckPlans.table])) (\(list(names[StuckPlans.id], names[StuckPlans.status], names[StuckPlans.jobID]))) VALUES
                (1, 'PENDING', 's1'), (2, 'PENDING', NULL), (3, 'DRAFT', NULL);
            """)
    }
}
