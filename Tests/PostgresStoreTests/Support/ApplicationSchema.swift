/// The first application's tables on PostgreSQL, as its migrations make them.
enum ApplicationSchema {
    static let all = """
        CREATE TYPE jobstatus AS ENUM ('pending', 'running', 'completed', 'failed', 'cancelled', 'cancelling',
          'PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'CANCELLING', 'Running');
        CREATE TYPE jobtype AS ENUM ('sync', 'analysis', 'export', 'cleanup', 'SYNC', 'ANALYSIS', 'CLEANUP');
        CREATE TYPE planstatus AS ENUM ('DRAFT', 'REVIEWING', 'APPLIED', 'CANCELLED', 'PENDING', 'pending');
        CREATE TABLE job (id varchar PRIMARY KEY, type jobtype NOT NULL, status jobstatus NOT NULL, progress int,
          total_items int, processed_items int, result json, error text, metadata json, started_at timestamptz,
          completed_at timestamptz, created_at timestamptz, updated_at timestamptz);
        CREATE INDEX ON job (type);
        CREATE INDEX ON job (status);
        CREATE INDEX ON job (started_at);
        CREATE INDEX ON job (completed_at);
        CREATE INDEX ON job (created_at);
        CREATE INDEX ON job (updated_at);
        CREATE INDEX ON job (type, status);
        CREATE INDEX ON job (status, created_at);
        CREATE TABLE handled_downloads (id bigserial PRIMARY KEY, timestamp timestamptz, download_name varchar,
          destination_path varchar, job_id varchar);
        CREATE INDEX ON handled_downloads (job_id);
        CREATE TABLE analysis_plan (id serial PRIMARY KEY, name varchar, description text, metadata json,
          status planstatus NOT NULL, job_id varchar, applied_at timestamptz, created_at timestamptz,
          updated_at timestamptz);
        CREATE TABLE plan_change (id serial PRIMARY KEY, plan_id int NOT NULL REFERENCES analysis_plan ON DELETE CASCADE);
        CREATE TABLE daemon_job_history (id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
          job_id varchar NOT NULL REFERENCES job ON DELETE CASCADE);
        CREATE INDEX ON daemon_job_history (job_id);
        CREATE TABLE guardian (job_id varchar NOT NULL REFERENCES job ON DELETE RESTRICT);
        """
}
