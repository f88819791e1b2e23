import GRDB

/// Rows that were put back and are out of every run's reach until then.
enum RowsHeldBack {
    static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("5: rows held back") { database in
            try database.execute(
                sql: """
                    CREATE TABLE held_back (
                        database TEXT NOT NULL,
                        row BLOB NOT NULL, -- the table's name and what names the row, as archives write them
                        until INTEGER NOT NULL,
                        PRIMARY KEY (database, row)
                    ) WITHOUT ROWID;
                    """)
        }
    }
}
