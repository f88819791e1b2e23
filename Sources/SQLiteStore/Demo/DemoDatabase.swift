import Foundation
import GRDB
import Glibc
import Sweeping

/// Writes a database with the application's tables and a believable history.
package struct DemoDatabase {
    /// How much history there is.
    package struct Size: Sendable {
        package var days: Int
        package var jobsPerDay: Int
        package var downloadsPerDay: Int
        package var plans: Int

        package static let usual = Size(days: 90, jobsPerDay: 60, downloadsPerDay: 35, plans: 180)

        package init(days: Int, jobsPerDay: Int, downloadsPerDay: Int, plans: Int) {
            self.days = days
            self.jobsPerDay = jobsPerDay
            self.downloadsPerDay = downloadsPerDay
            self.plans = plans
        }
    }

    /// How many rows were written, by table.
    package typealias Summary = [(table: String, rows: Int)]

    /// How many days go into one transaction: what isn't committed takes memory.
    private static let daysPerTransaction = 30
    private static let planStatuses = ["DRAFT", "REVIEWING", "APPLIED", "CANCELLED"]

    private let now: Timestamp
    private let size: Size
    private var random: DemoRandom
    /// Some jobs that plans can wait for.
    private var referable: [String] = []
    private var nextDownload: Int64 = 1_000

    /// Writes the database.
    /// - Parameters:
    ///   - path: a file that doesn't exist yet.
    ///   - now: when the history ends.
    /// - Throws: `StoreError`; then nothing is left at `path`.
    package static func write(
        to path: String, now: Timestamp, size: Size = .usual, seed: UInt64 = 2_025
    ) throws(StoreError) -> Summary {
        for name in [path, path + "-wal", path + "-journal", path + "-shm"] where DatabaseFile.exists(name) {
            throw StoreError(
                .cannotOpen, "\(name) exists already and is left alone: choose another path, or remove it first")
        }
        do {
            var demo = DemoDatabase(now: now, size: size, seed: seed)
            return try demo.fill(path)
        } catch {
            for name in [path, path + "-wal", path + "-journal", path + "-shm"] {
                try? FileManager.default.removeItem(atPath: name)
            }
            throw StoreError(translating: error, path: path)
        }
    }

    private init(now: Timestamp, size: Size, seed: UInt64) {
        self.now = now
        self.size = size
        random = DemoRandom(seed: seed)
    }

    private mutating func fill(_ path: String) throws -> Summary {
        var configuration = Configuration()
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL") }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { try $0.execute(sql: DemoSchema.sql) }
        for first in stride(from: size.days, to: 0, by: -DemoDatabase.daysPerTransaction) {
            let days = (max(first - DemoDatabase.daysPerTransaction, 0)..<first).reversed()
            try queue.write { database in
                for day in days { try writeDay(day, in: database) }
            }
        }
        try queue.write { database in
            let story = DemoStory(now: now, using: &random)
            for job in story.odd + story.stale + story.alive { try insert(job, in: database) }
            try writePlans(story, in: database)
        }
        let summary = try queue.read { database in
            try ["job", "handled_downloads", "analysis_plan", "plan_change", "daemon_job_history"].map { table in
                (table, try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? 0)
            }
        }
        try queue.close()
        return summary
    }

    /// One day's jobs and downloads, in the order of their time; more by day than by night.
    private mutating func writeDay(_ day: Int, in database: Database) throws {
        let midnight = now - .days(day + 1)
        let moments = { (random: inout DemoRandom, count: Int) -> [Timestamp] in
            (0..<count).map { _ in
                let second =
                    (Int.random(in: 0..<86_400, using: &random) + Int.random(in: 0..<86_400, using: &random)) / 2
                return midnight
                    + .microseconds(Int64(second) * 1_000_000 + Int64.random(in: 0..<1_000_000, using: &random))
            }.sorted()
        }
        for moment in moments(&random, size.jobsPerDay) {
            let job = DemoJob.finished(startingAt: min(moment, now - .hours(1)), using: &random)
            try insert(job, in: database)
            if random.chance(2) { referable.append(job.id) }
            if job.type == "process_downloads", random.chance(50) { try insertHistory(of: job, in: database) }
        }
        for moment in moments(&random, size.downloadsPerDay) {
            nextDownload += Int64.random(in: 1...9, using: &random)
            let name = "Episode \(nextDownload) (\(["720p", "1080p", "2160p"].randomElement(using: &random) ?? ""))"
            try database.cachedStatement(sql: "INSERT INTO handled_downloads VALUES (?, ?, ?, ?, ?)").execute(
                arguments: [
                    nextDownload, DemoJob.text(min(moment, now)), name, "/media/library/\(nextDownload).mkv",
                    random.chance(60) ? referable.last : nil,
                ])
        }
    }

    private func insert(_ job: DemoJob, in database: Database) throws {
        let isDone = job.status.lowercased() == "completed"
        try database.cachedStatement(sql: "INSERT INTO job VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)").execute(
            arguments: [
                job.id, job.type, job.status, job.progress, job.items, job.items * job.progress / 100,
                isDone ? #"{"processed": \#(job.items)}"# : nil, job.error,
                #"{"task_id": "\#(job.id.prefix(8))", "last_message": "\#(job.message)"}"#, job.startedAt,
                job.completedAt,
                job.createdAt, job.updatedAt,
            ])
    }

    private func insertHistory(of job: DemoJob, in database: Database) throws {
        let sql = "INSERT INTO daemon_job_history (daemon_name, job_id, started_at) VALUES ('download_processor', ?, ?)"
        try database.cachedStatement(sql: sql).execute(arguments: [job.id, job.createdAt])
    }

    /// Plans in every status, waiting for jobs of every kind.
    private mutating func writePlans(_ story: DemoStory, in database: Database) throws {
        for number in 0..<size.plans {
            let created = now - .hours(Int.random(in: 2...max(3, size.days * 20), using: &random))
            var status = "PENDING"
            var job: String?
            switch number % 8 {
            case 0: job = story.alive[number / 8 % story.alive.count].id
            case 1: job = story.stale[number / 8 % story.stale.count].id
            case 2: job = referable.randomElement(using: &random)
            case 3: job = number % 16 == 3 ? nil : random.uuid()
            default:
                status = DemoDatabase.planStatuses[number % DemoDatabase.planStatuses.count]
                job = referable.randomElement(using: &random)
            }
            let applied = status == "APPLIED" ? DemoJob.text(created + .hours(1)) : nil
            try database.cachedStatement(sql: "INSERT INTO analysis_plan VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)").execute(
                arguments: [
                    number + 1, "Plan \(number + 1)", "Suggested titles, tags and dates",
                    #"{"model": "local", "version": 3}"#,
                    status, job, applied, DemoJob.text(created), DemoJob.text(created),
                ])
            for field in ["title", "tags", "date"].prefix(Int.random(in: 0...3, using: &random)) {
                try database.cachedStatement(
                    sql: "INSERT INTO plan_change (plan_id, field, proposed_value) VALUES (?, ?, ?)"
                )
                .execute(arguments: [number + 1, field, #""a better \#(field)""#])
            }
        }
    }
}

extension DatabaseFile {
    /// Whether the name is taken, even by a link that leads nowhere: writing through it would make a file somewhere else.
    fileprivate static func exists(_ path: String) -> Bool {
        var facts = stat()
        return lstat(path, &facts) == 0
    }
}
