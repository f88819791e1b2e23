import GRDB
import Sweeping

/// The application's three tables as they are in the file, read once a session.
struct ApplicationSchema: Sendable {
    let names: ApplicationTables
    let jobs: TableShape?
    let downloads: TableShape?
    let plans: TableShape?
    let foreignKeys: [ForeignKeyShape]

    init(_ names: ApplicationTables, in database: Database) throws {
        self.names = names
        jobs = try SchemaReader.table(names.jobs.table, id: names.jobs.id, in: database)
        downloads = try SchemaReader.table(names.downloads.table, id: names.downloads.id, in: database)
        plans = try SchemaReader.table(names.plans.table, id: names.plans.id, in: database)
        foreignKeys = try SchemaReader.foreignKeys(in: database)
    }

    /// The columns that an operation can't do without, by table.
    func needs(of operation: Operation) -> [(table: String, shape: TableShape?, columns: [String])] {
        let job = names.jobs
        let download = names.downloads
        let plan = names.plans
        return switch operation {
        case .staleJobs:
            [
                (
                    job.table, jobs,
                    [
                        job.id, job.type, job.status, job.progress, job.error, job.createdAt, job.startedAt,
                        job.completedAt, job.updatedAt,
                    ]
                )
            ]
        case .oldJobs: [(job.table, jobs, [job.id, job.type, job.status, job.completedAt])]
        case .oldDownloads: [(download.table, downloads, [download.id, download.timestamp])]
        case .stuckPlans:
            [
                (plan.table, plans, [plan.id, plan.status, plan.jobID, plan.updatedAt]),
                (job.table, jobs, [job.id, job.status]),
            ]
        }
    }

    /// - Throws: `StoreError` that names every table and column that the operation needs and the file doesn't have.
    func check(_ operation: Operation) throws(StoreError) {
        var missing: [String] = []
        for need in needs(of: operation) {
            guard let shape = need.shape else {
                missing.append("there is no table \(need.table)")
                continue
            }
            let absent = need.columns.filter { !shape.has($0) }
            if !absent.isEmpty {
                let word = absent.count == 1 ? "column" : "columns"
                missing.append("table \(need.table) has no \(word) \(absent.joined(separator: ", "))")
            }
        }
        guard missing.isEmpty else {
            throw StoreError(
                .schema,
                missing.joined(separator: "; ") + ": set the application's own names under 'tables', or switch"
                    + " \(operation.rawValue) off")
        }
    }

    /// Foreign keys that lead to the jobs table.
    var keysToJobs: [ForeignKeyShape] {
        foreignKeys.filter { $0.parent.lowercased() == names.jobs.table.lowercased() }
    }

    /// The key by which deleting a job takes this table's rows along.
    func cascade(from table: TableShape?) -> ForeignKeyShape? {
        keysToJobs.first { key in
            guard case .cascade = key.onDelete else { return false }
            return key.child.lowercased() == table?.name.lowercased()
        }
    }

    /// Whether the database may refuse what the operation does to a row, so that only trying tells.
    func mayRefuse(_ operation: Operation) -> Bool {
        switch operation {
        case .staleJobs: jobs?.hasTriggersOrChecks ?? false
        case .stuckPlans: plans?.hasTriggersOrChecks ?? false
        case .oldJobs: mayRefuseDeletion(from: jobs)
        case .oldDownloads: mayRefuseDeletion(from: downloads)
        }
    }

    private func mayRefuseDeletion(from table: TableShape?) -> Bool {
        guard let table else { return false }
        if table.hasTriggersOrChecks { return true }
        var reached: Set<String> = []
        var open = [table.name.lowercased()]
        while let parent = open.popLast() {
            guard reached.insert(parent).inserted else { continue }
            for key in foreignKeys where key.parent.lowercased() == parent {
                guard case .cascade = key.onDelete else { return true }
                open.append(key.child.lowercased())
            }
        }
        return false
    }
}
