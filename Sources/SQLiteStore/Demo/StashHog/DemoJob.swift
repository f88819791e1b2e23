import Sweeping

/// One job of the demonstration.
struct DemoJob {
    var id: String
    var type: String
    var status: String
    var progress: Int
    var items: Int
    var error: String?
    var message: String
    /// Nil where the job hasn't begun, or its text is odd on purpose.
    var startedAt: String?
    var completedAt: String?
    var createdAt: String
    var updatedAt: String

    /// The types, how often each comes, and how many minutes it takes at the most.
    static let kinds: [(type: String, share: Int, minutes: Int)] = [
        ("sync", 24, 12), ("sync_scenes", 10, 15), ("analysis", 14, 40), ("apply_plan", 6, 8),
        ("generate_details", 8, 25),
        ("export", 4, 5), ("import", 3, 6), ("cleanup", 3, 1), ("non_ai_analysis", 6, 10), ("process_downloads", 10, 4),
        ("stash_scan", 6, 9), ("stash_generate", 3, 30), ("check_stash_generate", 2, 2), ("process_new_scenes", 1, 14),
    ]

    static let failures = [
        "Connection to the media server was refused", "Request timed out after 30 seconds", "database is locked",
        "Rate limit exceeded; retry in 60 s", "File not found: /media/incoming/batch.zip", "Worker was terminated",
    ]

    /// A job that has ended.
    static func finished(startingAt start: Timestamp, using random: inout DemoRandom) -> DemoJob {
        var ticket = Int.random(in: 0..<100, using: &random)
        let kind =
            kinds.first { kind in
                ticket -= kind.share
                return ticket < 0
            } ?? kinds[0]
        let begun = start + .seconds(Int.random(in: 0...20, using: &random))
        let took = Double(kind.minutes) * 60_000_000 * Double.random(in: 0.02...1, using: &random)
        let ended = begun + .microseconds(Int64(took))
        let dice = Int.random(in: 0..<100, using: &random)
        let status = dice < 86 ? "completed" : dice < 96 ? "failed" : "cancelled"
        let items = Int.random(in: 1...400, using: &random)
        return DemoJob(
            id: random.uuid(), type: kind.type, status: status,
            progress: status == "completed" ? 100 : Int.random(in: 0...99, using: &random), items: items,
            error: status == "failed" ? failures.randomElement(using: &random) : nil,
            message: status == "completed" ? "Processed \(items) items" : "Stopped", startedAt: text(begun),
            completedAt: text(ended), createdAt: text(start), updatedAt: text(ended))
    }

    /// A job that isn't finished.
    /// - Parameters:
    ///   - age: how long ago it was created; it began at once, unless it is pending.
    ///   - silence: how long ago its row was last touched.
    static func unfinished(
        _ type: String, _ status: String, age: Duration, silence: Duration, progress: Int, now: Timestamp,
        using random: inout DemoRandom
    ) -> DemoJob {
        let isPending = status.lowercased() == "pending"
        return DemoJob(
            id: random.uuid(), type: type, status: status, progress: progress, items: 200,
            message: isPending ? "Queued" : "Processing item \(progress * 2) of 200",
            startedAt: isPending ? nil : text(now - age), createdAt: text(now - age), updatedAt: text(now - silence))
    }

    /// As the application writes instants.
    static func text(_ instant: Timestamp) -> String {
        TimeRange.plainText(instant, in: .utc)
    }
}
