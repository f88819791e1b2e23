import GRDB

/// Small facts that are remembered for each database: one JSON value under each name.
enum Facts {
    static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("4: facts") { database in
            try database.execute(
                sql: """
                    CREATE TABLE fact (
                        database TEXT NOT NULL,
                        name TEXT NOT NULL,
                        value TEXT NOT NULL,
                        PRIMARY KEY (database, name)
                    ) WITHOUT ROWID;
                    """)
        }
    }
}
