import GRDB

/// Version 0.1.0: the runs, and each database's totals as one JSON document.
enum RunsAndTotals {
    static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("1: runs and totals") { database in
            try database.execute(
                sql: """
                    CREATE TABLE run (
                        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
                        id TEXT NOT NULL UNIQUE,
                        database TEXT NOT NULL,
                        "trigger" TEXT NOT NULL,
                        dry_run INTEGER NOT NULL,
                        operations TEXT NOT NULL,
                        phase TEXT NOT NULL,
                        progress INTEGER NOT NULL,
                        message TEXT NOT NULL,
                        started_at INTEGER NOT NULL, -- microseconds since 1970, like every time here
                        finished_at INTEGER,
                        duration INTEGER,
                        report TEXT,
                        error TEXT
                    );
                    CREATE INDEX run_by_database ON run (database, phase);
                    CREATE INDEX run_by_start ON run (started_at);
                    CREATE TABLE totals (
                        database TEXT PRIMARY KEY NOT NULL,
                        document TEXT NOT NULL
                    );
                    """)
        }
    }
}
