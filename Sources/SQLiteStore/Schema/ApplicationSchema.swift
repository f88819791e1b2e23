import GRDB
import Sweeping

/// The application's three tables as they are in the file, read once a session.
struct ApplicationSchema: Sendable {
    let names: ApplicationTables
    let jobs: TableShape?
    let downloads: TableShape?
    let plans: TableShape?
    let foreignKeys: [ForeignKeyShape]
    /// Names, in lower case, of the tables that have triggers.
    private let triggered: Set<String>
    /// Why what the file has under a table's name is no use, by that name.
    private let unusable: [String: String]

    init(_ names: ApplicationTables, in database: Database) throws {
        self.names = names
        var unusable: [String: String] = [:]
        // Something else under a table's name is the trouble of the operations that need that table, not of the others.
        func shape(_ table: String, id: String) throws -> TableShape? {
            do {
                return try SchemaReader.table(table, id: id, in: database)
            } catch let error as StoreError where error.code == .schema {
                unusable[table] = error.message
                return nil
            }
        }
        jobs = try shape(names.jobs.table, id: names.jobs.id)
        downloads = try shape(names.downloads.table, id: names.downloads.id)
        plans = try shape(names.plans.table, id: names.plans.id)
        foreignKeys = try SchemaReader.foreignKeys(in: database)
        triggered = try SchemaReader.tablesWithTriggers(in: database)
        self.unusable = unusable
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
                missing.append(unusable[need.table] ?? "there is no table \(need.table)")
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

    /// The keys by which deleting a job takes this table's rows along.
    func cascades(from table: TableShape?) -> [ForeignKeyShape] {
        keysToJobs.filter { key in
            guard case .cascade = key.onDelete else { return false }
            return key.child.lowercased() == table?.name.lowercased()
        }
    }

    /// Whether the database may refuse what the operation does to a row, so that only trying tells.
    func mayRefuse(_ operation: Operation) -> Bool {
        let job = names.jobs
        let plan = names.plans
        return switch operation {
        case .staleJobs:
            mayRefuseUpdate(
                of: jobs, writing: [job.status, job.error, job.completedAt, job.updatedAt], null: job.error)
        case .stuckPlans: mayRefuseUpdate(of: plans, writing: [plan.status, plan.updatedAt], null: nil)
        case .oldJobs: mayRefuseDeletion(from: jobs)
        case .oldDownloads: mayRefuseDeletion(from: downloads)
        }
    }

    /// - Parameter null: the column that may be set to NULL.
    private func mayRefuseUpdate(of table: TableShape?, writing columns: [String], null: String?) -> Bool {
        guard let table else { return false }
        if table.hasChecks || triggered.contains(table.name.lowercased()) { return true }
        if let null, table.mandatory.contains(null.lowercased()) { return true }
        let written = Set(columns.map { $0.lowercased() })
        return !table.unique.isDisjoint(with: written)
            || foreignKeys.contains {
                $0.child.lowercased() == table.name.lowercased() && written.contains($0.childColumn.lowercased())
            }
    }

    private func mayRefuseDeletion(from table: TableShape?) -> Bool {
        guard let table else { return false }
        var reached: Set<String> = []
        var open = [table.name.lowercased()]
        while let parent = open.popLast() {
            guard reached.insert(parent).inserted else { continue }
            if triggered.contains(parent) { return true }
            for key in foreignKeys where key.parent.lowercased() == parent {
                guard case .cascade = key.onDelete else { return true }
                open.append(key.child.lowercased())
            }
        }
        return false
    }
}
