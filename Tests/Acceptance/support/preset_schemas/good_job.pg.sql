-- GoodJob 4.9 on PostgreSQL. Read in the project's repository: lib/generators/good_job/templates/install/migrations/create_good_jobs.rb.erb.
-- Columns that play no part are left out. Since version 4 a job's id is its active_job_id.
CREATE TABLE good_jobs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), queue_name text, priority integer, serialized_params jsonb, scheduled_at timestamp(6), performed_at timestamp(6),
    finished_at timestamp(6), error text, created_at timestamp(6) NOT NULL, updated_at timestamp(6) NOT NULL, active_job_id uuid, cron_key text,
    retried_good_job_id uuid, batch_id uuid, executions_count integer, job_class text
);
CREATE INDEX index_good_jobs_jobs_on_finished_at ON good_jobs (finished_at) WHERE retried_good_job_id IS NULL AND finished_at IS NOT NULL;
CREATE INDEX index_good_jobs_on_active_job_id_and_created_at ON good_jobs (active_job_id, created_at);
CREATE TABLE good_job_executions (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), created_at timestamp(6) NOT NULL, updated_at timestamp(6) NOT NULL, active_job_id uuid NOT NULL, job_class text,
    finished_at timestamp(6), error text
);
CREATE INDEX index_good_job_executions_on_active_job_id_and_created_at ON good_job_executions (active_job_id, created_at);
