/// The application's tables as the application makes them.
enum DemoSchema {
    static let sql = """
        CREATE TABLE job (
            id TEXT NOT NULL PRIMARY KEY,
            type VARCHAR(50) NOT NULL,
            status VARCHAR(20) NOT NULL,
            progress INTEGER NOT NULL,
            total_items INTEGER,
            processed_items INTEGER,
            result JSON,
            error TEXT,
            metadata JSON,
            started_at DATETIME,
            completed_at DATETIME,
            created_at DATETIME NOT NULL,
            updated_at DATETIME NOT NULL
        );
        CREATE INDEX ix_job_id ON job (id);
        CREATE INDEX ix_job_type ON job (type);
        CREATE INDEX ix_job_status ON job (status);
        CREATE INDEX ix_job_started_at ON job (started_at);
        CREATE INDEX ix_job_completed_at ON job (completed_at);
        CREATE INDEX ix_job_created_at ON job (created_at);
        CREATE INDEX ix_job_updated_at ON job (updated_at);
        CREATE INDEX ix_job_type_status ON job (type, status);
        CREATE INDEX ix_job_status_created_at ON job (status, created_at);
        CREATE TABLE handled_downloads (
            id BIGINT NOT NULL PRIMARY KEY,
            timestamp DATETIME NOT NULL,
            download_name TEXT NOT NULL,
            destination_path TEXT NOT NULL,
            job_id TEXT
        );
        CREATE INDEX ix_handled_downloads_job_id ON handled_downloads (job_id);
        CREATE TABLE analysis_plan (
            id INTEGER NOT NULL PRIMARY KEY,
            name VARCHAR(200) NOT NULL,
            description TEXT,
            plan_metadata JSON,
            status VARCHAR(20) NOT NULL,
            job_id TEXT,
            applied_at DATETIME,
            created_at DATETIME NOT NULL,
            updated_at DATETIME NOT NULL
        );
        CREATE INDEX ix_analysis_plan_status ON analysis_plan (status);
        CREATE TABLE plan_change (
            id INTEGER NOT NULL PRIMARY KEY,
            plan_id INTEGER NOT NULL REFERENCES analysis_plan (id) ON DELETE CASCADE,
            field VARCHAR(50) NOT NULL,
            proposed_value JSON
        );
        CREATE INDEX ix_plan_change_plan_id ON plan_change (plan_id);
        CREATE TABLE daemon_job_history (
            id INTEGER NOT NULL PRIMARY KEY,
            daemon_name VARCHAR(50) NOT NULL,
            job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
            started_at DATETIME NOT NULL
        );
        """
}
