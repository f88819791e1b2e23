import GRDB

/// How the state database came to be what it is, a file a step. A step that was released never changes: what is to be otherwise
/// becomes a step of its own.
///
/// Steps add; an older version goes on with what it knows. A change that would make an older version read or write something wrong
/// raises `majorVersion`, and the older version then leaves the file alone.
enum StateMigrations {
    /// The newest major version that this program understands, as `PRAGMA user_version` keeps it. Version 0.1.0 left it at 0.
    static let majorVersion = 1

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        RunsAndTotals.register(in: &migrator)
        LabelSets.register(in: &migrator)
        RunDetails.register(in: &migrator)
        Facts.register(in: &migrator)
        RowsHeldBack.register(in: &migrator)
        RunsByDay.register(in: &migrator)
        Restores.register(in: &migrator)
        return migrator
    }

    /// Takes every step that the database hasn't taken yet. Another process may be taking the same ones: then it is this one's turn
    /// to see that they are done.
    static func migrate(_ queue: DatabaseQueue) throws {
        var attempts = migrator.migrations.count
        while true {
            do {
                return try migrator.migrate(queue)
            } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR && attempts > 0 {
                attempts -= 1
            }
        }
    }
}
