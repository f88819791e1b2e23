import GRDB

/// Totals a row each, by the metric's name and its labels' values, taken over from version 0.1.0's documents. What a document lacks
/// is 0, and what it has besides is left alone. The documents stay where they are: version 0.1.0, should it come back, goes on with
/// them and takes the database for damaged without.
enum LabelSets {
    static func register(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("2: totals as label sets") { database in
            try database.execute(
                sql: """
                    CREATE TABLE total (
                        database TEXT NOT NULL,
                        metric TEXT NOT NULL,
                        labels TEXT NOT NULL, -- a JSON array, in the metric's order
                        value NOT NULL,       -- whole for what is counted, real for seconds and times
                        PRIMARY KEY (database, metric, labels)
                    ) WITHOUT ROWID;
                    CREATE TEMP VIEW document AS SELECT database, document FROM totals WHERE json_valid(document);
                    """)
            for (field, metric) in [
                ("jobsDeleted", "jobsweep_jobs_deleted_total"), ("runsSkipped", "jobsweep_runs_skipped_total"),
                ("errors", "jobsweep_errors_total"), ("lastRun.rows", "jobsweep_last_run_rows"),
                ("lastRun.backlog", "jobsweep_backlog_rows"),
                ("lastRun.durations", "jobsweep_last_run_operation_duration_seconds"),
            ] {
                try database.execute(sql: oneLabel, arguments: [metric, "$." + field])
            }
            for (field, metric) in [
                ("staleJobs", "jobsweep_stale_jobs_total"), ("rowsSkipped", "jobsweep_rows_skipped_total"),
                ("runs", "jobsweep_runs_total"),
            ] {
                try database.execute(sql: twoLabels, arguments: [metric, "$." + field])
            }
            for (field, metric) in [
                ("downloadsDeleted", "jobsweep_downloads_deleted_total"), ("plansReset", "jobsweep_plans_reset_total"),
                ("runDuration.sum", "jobsweep_run_duration_seconds_sum"),
                ("lockHeld.sum", "jobsweep_write_lock_seconds_sum"),
                ("lastRun.start", "jobsweep_last_run_start_timestamp_seconds"),
                ("lastRun.completion", "jobsweep_last_run_completion_timestamp_seconds"),
                ("lastRun.success", "jobsweep_last_success_timestamp_seconds"),
            ] {
                try database.execute(sql: noLabel, arguments: [metric, "$." + field])
            }
            for (field, metric) in [
                ("runDuration", "jobsweep_run_duration_seconds_bucket"),
                ("lockHeld", "jobsweep_write_lock_seconds_bucket"),
            ] {
                try database.execute(
                    sql: buckets, arguments: [metric, "$." + field + ".bounds", "$." + field + ".counts"])
            }
            try database.execute(sql: "DROP VIEW temp.document; PRAGMA user_version = 1")
        }
    }

    private static let noLabel = """
        INSERT INTO total
        SELECT d.database, ?, json_array(), field.value
        FROM document d, json_each(d.document, ?) field
        WHERE field.type IN ('integer', 'real') AND field.value >= 0
        """

    private static let oneLabel = """
        INSERT INTO total
        SELECT d.database, ?, json_array(label.key), label.value
        FROM document d, json_each(d.document, ?) label
        WHERE typeof(label.key) = 'text' AND label.type IN ('integer', 'real') AND label.value >= 0
        """

    private static let twoLabels = """
        INSERT INTO total
        SELECT d.database, ?, json_array(first.key, second.key), second.value
        FROM document d, json_each(d.document, ?) first, json_each(d.document, first.fullkey) second
        WHERE typeof(first.key) = 'text' AND typeof(second.key) = 'text' AND second.type = 'integer' AND second.value >= 0
        """

    /// The bucket behind the last bound is the one for what is above them all.
    private static let buckets = """
        INSERT INTO total
        SELECT d.database, ?1, json_array(coalesce(CAST(bound.value AS TEXT), '+Inf')), bucket.value
        FROM document d, json_each(d.document, ?3) bucket
        LEFT JOIN json_each(d.document, ?2) bound ON bound.key = bucket.key
        WHERE bucket.type = 'integer' AND bucket.value > 0
        ON CONFLICT DO UPDATE SET value = total.value + excluded.value
        """
}
