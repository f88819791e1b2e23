import GRDB

/// What lists show of a run, without its report being read; and who started and ended it.
enum RunDetails {
    static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("3: figures and people of runs") { database in
            try database.execute(
                sql: """
                    ALTER TABLE run ADD COLUMN figures TEXT; -- JSON: rows by operation, and how many errors
                    ALTER TABLE run ADD COLUMN started_by TEXT;
                    ALTER TABLE run ADD COLUMN ended_by TEXT;
                    CREATE INDEX run_in_order ON run (database, sequence);
                    UPDATE run SET figures = json_object(
                        'rows', json_object(
                            'stale_jobs', coalesce(json_extract(report, '$.cleaned_jobs'), 0),
                            'old_jobs', coalesce(json_extract(report, '$.old_jobs_deleted'), 0),
                            'old_downloads', coalesce(json_extract(report, '$.old_downloads_deleted'), 0),
                            'stuck_plans', coalesce(json_extract(report, '$.stuck_plans_updated'), 0)),
                        'errors',
                        coalesce(json_array_length(report, '$.errors'), 0)
                            + coalesce(json_extract(report, '$.truncated.errors'), 0))
                    WHERE json_valid(report);
                    """)
        }
    }
}
