import GRDB

/// Restores, in the table of runs: `undoes` names the run whose rows one puts back, and is NULL for a cleanup.
enum Restores {
    static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("7: restores") { database in
            try database.execute(
                sql: """
                    ALTER TABLE run ADD COLUMN undoes TEXT;
                    DROP INDEX IF EXISTS run_by_day;
                    CREATE INDEX run_by_day ON run (database, dry_run, undoes, started_at, phase);
                    """)
        }
    }
}
