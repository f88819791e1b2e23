/// The application's tables with every index, as DESIGN.md section 6 has them.
enum Tables {
    static let job = """
        CREATE TABLE job (
            id TEXT NOT NULL PRIMARY KEY,
            type TEXT, status TEXT, progress INTEGER, total_items INTEGER, processed_items INTEGER,
            result JSON, error TEXT, metadata JSON,
            started_at DATETIME, completed_at DATETIME, created_at DATETIME, updated_at DATETIME
        );
        """
    static let jobIndexes = """
        CREATE INDEX ix_job_id ON job (id);
        CREATE INDEX ix_job_type ON job (type);
        CREATE INDEX ix_job_status ON job (status);
        CREATE INDEX ix_job_started_at ON job (started_at);
        CREATE INDEX ix_job_completed_at ON job (completed_at);
        CREATE INDEX ix_job_created_at ON job (created_at);
        CREATE INDEX ix_job_updated_at ON job (updated_at);
        CREATE INDEX ix_job_type_status ON job (type, status);
        CREATE INDEX ix_job_status_created_at ON job (status, created_at);
        """
    static let downloads = """
        CREATE TABLE handled_downloads (
            id BIGINT NOT NULL PRIMARY KEY,
            timestamp DATETIME, download_name TEXT, destination_path TEXT, job_id TEXT
        );
        CREATE INDEX ix_handled_downloads_job_id ON handled_downloads (job_id);
        """
    static let plans = """
        CREATE TABLE analysis_plan (
            id INTEGER NOT NULL PRIMARY KEY,
            name TEXT, description TEXT, plan_metadata JSON, status TEXT, job_id TEXT NULL,
            applied_at DATETIME, created_at DATETIME, updated_at DATETIME
        );
        """
    static let children = """
        CREATE TABLE plan_change (
            id INTEGER NOT NULL PRIMARY KEY,
            plan_id INTEGER NOT NULL REFERENCES analysis_plan (id) ON DELETE CASCADE
        );
        CREATE TABLE daemon_job_history (
            id INTEGER NOT NULL PRIMARY KEY,
            job_id TEXT REFERENCES job (id) ON DELETE CASCADE
        );
        """
    static let all = job + jobIndexes + downloads + plans + children
}
