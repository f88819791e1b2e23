import Sweeping

extension SleepingWriters {
    /// SQLite's own (`sqliteDefaultBusyCallback` in its main.c, behind `sqlite3_busy_timeout`): they try again 1, 3, 8, 18, 33, 53 … ms after
    /// their first try.
    static let ofSQLite = SleepingWriters(
        naps: [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100].map(Duration.milliseconds), oversleep: .milliseconds(1))
}
