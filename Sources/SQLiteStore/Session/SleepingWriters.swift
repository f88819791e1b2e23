/// When SQLite's own waiting writers try again (`sqliteDefaultBusyCallback` in its main.c, behind `sqlite3_busy_timeout`).
///
/// A writer that meets the lock isn't woken when it is let go: it sleeps, tries again, and sleeps longer.
enum SleepingWriters {
    /// What it sleeps after each try; the last holds for all that follow. So it tries again 1, 3, 8, 18, 33, 53 … ms after its first try.
    private static let naps: [Duration] = [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100].map(Duration.milliseconds)

    static let longestNap: Duration = .milliseconds(100)

    /// What a sleep is longer than was asked for.
    static let oversleep: Duration = .milliseconds(1)

    /// The longest that a writer sleeps between two tries which has been waiting for at most `age`.
    static func nap(atAge age: Duration) -> Duration {
        var tried = Duration.zero
        for nap in naps {
            tried += nap
            if tried >= age { return nap }
        }
        return longestNap
    }
}
