import GRDB
import Sweeping

/// The application that jobsweep began with: three months of jobs, downloads and plans.
struct StashHogDemo: Demo {
    static let preset = "stashhog"
    static let tables = ["job", "handled_downloads", "analysis_plan", "plan_change", "daemon_job_history"]

    /// How much history there is.
    private enum Size {
        static let days = 90
        static let jobsPerDay = 60
        static let downloadsPerDay = 35
        static let plans = 180
    }

    /// How many days go into one transaction: what isn't committed takes memory.
    private static let daysPerTransaction = 30
    private static let planStatuses = ["DRAFT", "REVIEWING", "APPLIED", "CANCELLED"]

    private let now: Timestamp
    private var random = DemoRandom(seed: 2_025)
    /// Some jobs that plans can wait for.
    private var referable: [String] = []
    private var nextDownload: Int64 = 1_000

    init(now: Timestamp) {
        self.now = now
    }

    mutating func fill(_ queue: DatabaseQueue) throws {
        try queue.writeWithoutTransaction { try $0.execute(sql: DemoSchema.sql) }
        for first in stride(from: Size.days, to: 0, by: -Self.daysPerTransaction) {
            let days = (max(first - Self.daysPerTransaction, 0)..<first).reversed()
            try queue.write { database in
                for day in days { try writeDay(day, in: database) }
            }
        }
        try queue.write { database in
            let story = DemoStory(now: now, using: &random)
            for job in story.odd + story.stale + story.alive { try insert(job, in: database) }
            try writePlans(story, in: database)
        }
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
        for moment in moments(&random, Size.jobsPerDay) {
            let job = DemoJob.finished(startingAt: min(moment, now - .hours(1)), using: &random)
            try insert(job, in: database)
            if random.chance(2) { referable.append(job.id) }
            if job.type == "process_downloads", random.chance(50) { try insertHistory(of: job, in: database) }
        }
        for moment in moments(&random, Size.downloadsPerDay) {
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
        for number in 0..<Size.plans {
            let created = now - .hours(Int.random(in: 2...max(3, Size.days * 20), using: &random))
            var status = "PENDING"
            var job: String?
            switch number % 8 {
            case 0: job = story.alive[number / 8 % story.alive.count].id
            case 1: job = story.stale[number / 8 % story.stale.count].id
            case 2: job = referable.randomElement(using: &random)
            case 3: job = number % 16 == 3 ? nil : random.uuid()
            default:
                status = Self.planStatuses[number % Self.planStatuses.count]
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
