import GRDB

/// How runs ended, day by day, without a look at the runs themselves: each has its report beside it.
enum RunsByDay {
    static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("6: runs by day") { database in
            try database.execute(
                sql: "CREATE INDEX IF NOT EXISTS run_by_day ON run (database, dry_run, started_at, phase)")
        }
    }
}
