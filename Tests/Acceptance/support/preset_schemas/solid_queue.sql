-- Solid Queue 1.3 on SQLite, as Rails 8 makes it in a database of its own. Read in the project's repository:
-- lib/generators/solid_queue/install/templates/db/queue_schema.rb (schema version 1).
CREATE TABLE solid_queue_jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, queue_name VARCHAR NOT NULL, class_name VARCHAR NOT NULL, arguments TEXT, priority INTEGER NOT NULL DEFAULT 0,
    active_job_id VARCHAR, scheduled_at DATETIME(6), finished_at DATETIME(6), concurrency_key VARCHAR, created_at DATETIME(6) NOT NULL, updated_at DATETIME(6) NOT NULL
);
CREATE INDEX index_solid_queue_jobs_on_active_job_id ON solid_queue_jobs (active_job_id);
CREATE INDEX index_solid_queue_jobs_on_class_name ON solid_queue_jobs (class_name);
CREATE INDEX index_solid_queue_jobs_on_finished_at ON solid_queue_jobs (finished_at);
CREATE INDEX index_solid_queue_jobs_for_filtering ON solid_queue_jobs (queue_name, finished_at);
CREATE INDEX index_solid_queue_jobs_for_alerting ON solid_queue_jobs (scheduled_at, finished_at);
CREATE TABLE solid_queue_failed_executions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, job_id INTEGER NOT NULL REFERENCES solid_queue_jobs (id) ON DELETE CASCADE, error TEXT, created_at DATETIME(6) NOT NULL
);
CREATE UNIQUE INDEX index_solid_queue_failed_executions_on_job_id ON solid_queue_failed_executions (job_id);
CREATE TABLE solid_queue_ready_executions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, job_id INTEGER NOT NULL REFERENCES solid_queue_jobs (id) ON DELETE CASCADE, queue_name VARCHAR NOT NULL,
    priority INTEGER NOT NULL DEFAULT 0, created_at DATETIME(6) NOT NULL
);
CREATE UNIQUE INDEX index_solid_queue_ready_executions_on_job_id ON solid_queue_ready_executions (job_id);
CREATE TABLE solid_queue_recurring_executions (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, job_id INTEGER NOT NULL REFERENCES solid_queue_jobs (id) ON DELETE CASCADE, task_key VARCHAR NOT NULL,
    run_at DATETIME(6) NOT NULL, created_at DATETIME(6) NOT NULL
);
CREATE UNIQUE INDEX index_solid_queue_recurring_executions_on_job_id ON solid_queue_recurring_executions (job_id);
CREATE TABLE schema_migrations (version VARCHAR NOT NULL PRIMARY KEY);
INSERT INTO schema_migrations VALUES ('1');
