-- The first application's tables on PostgreSQL, with a believable history: for scripts/demo.sh --postgres.
BEGIN;
CREATE TYPE jobstatus AS ENUM ('pending', 'running', 'completed', 'failed', 'cancelled', 'cancelling',
  'PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED', 'CANCELLING');
CREATE TYPE jobtype AS ENUM ('sync', 'sync_scenes', 'analysis', 'apply_plan', 'generate_details', 'export', 'import', 'cleanup');
CREATE TYPE planstatus AS ENUM ('DRAFT', 'REVIEWING', 'APPLIED', 'CANCELLED', 'PENDING');
CREATE TABLE job (
  id varchar PRIMARY KEY, type jobtype NOT NULL, status jobstatus NOT NULL, progress int, total_items int, processed_items int,
  result json, error text, metadata json, started_at timestamptz, completed_at timestamptz, created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL);
CREATE INDEX ON job (type);
CREATE INDEX ON job (status);
CREATE INDEX ON job (started_at);
CREATE INDEX ON job (completed_at);
CREATE INDEX ON job (created_at);
CREATE INDEX ON job (updated_at);
CREATE INDEX ON job (type, status);
CREATE INDEX ON job (status, created_at);
CREATE TABLE handled_downloads (
  id bigserial PRIMARY KEY, timestamp timestamptz NOT NULL, download_name varchar, destination_path varchar, job_id varchar);
CREATE INDEX ON handled_downloads (job_id);
CREATE INDEX ON handled_downloads (timestamp);
CREATE TABLE analysis_plan (
  id serial PRIMARY KEY, name varchar, description text, metadata json, status planstatus NOT NULL, job_id varchar,
  applied_at timestamptz, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL);
CREATE TABLE plan_change (id serial PRIMARY KEY, plan_id int NOT NULL REFERENCES analysis_plan ON DELETE CASCADE, field varchar);
CREATE TABLE daemon_job_history (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), job_id varchar REFERENCES job ON DELETE CASCADE, status varchar);
CREATE INDEX ON daemon_job_history (job_id);

-- Half a year of jobs, one every six minutes, of which most went well.
INSERT INTO job (id, type, status, progress, error, started_at, completed_at, created_at, updated_at)
SELECT gen_random_uuid()::varchar, (ARRAY['sync', 'sync_scenes', 'analysis', 'apply_plan', 'generate_details', 'export'])[1 + n % 6]::jobtype,
  (CASE WHEN n % 17 = 0 THEN 'failed' WHEN n % 23 = 0 THEN 'CANCELLED' ELSE 'completed' END)::jobstatus,
  CASE WHEN n % 17 = 0 THEN 60 ELSE 100 END, CASE WHEN n % 17 = 0 THEN 'connection reset by peer' END,
  at, at + interval '3 minutes', at - interval '2 seconds', at + interval '3 minutes'
FROM (SELECT n, now() - interval '10 minutes' - n * interval '6 minutes' AS at FROM generate_series(1, 43000) AS n) AS history;
-- Jobs whose process died: they say that they are still at work.
INSERT INTO job (id, type, status, progress, started_at, created_at, updated_at)
SELECT gen_random_uuid()::varchar, (ARRAY['sync', 'analysis', 'import'])[1 + n % 3]::jobtype,
  (CASE WHEN n % 2 = 0 THEN 'running' ELSE 'RUNNING' END)::jobstatus, CASE WHEN n % 4 = 0 THEN 100 ELSE 37 END,
  now() - n * interval '9 hours', now() - n * interval '9 hours', now() - n * interval '9 hours' + interval '4 minutes'
FROM generate_series(1, 14) AS n;
-- One that is alive.
INSERT INTO job (id, type, status, progress, started_at, created_at, updated_at)
VALUES (gen_random_uuid()::varchar, 'analysis', 'running', 55, now() - interval '2 hours', now() - interval '2 hours', now());
INSERT INTO daemon_job_history (job_id, status)
SELECT id, 'ok' FROM (SELECT id, row_number() OVER () AS n FROM job) AS jobs WHERE n % 3 = 0;
INSERT INTO handled_downloads (timestamp, download_name, destination_path)
SELECT now() - n * interval '11 minutes', 'film ' || n, '/films/' || n FROM generate_series(1, 20000) AS n;
INSERT INTO analysis_plan (name, status, job_id, created_at, updated_at)
SELECT 'plan ' || n, (ARRAY['DRAFT', 'APPLIED', 'PENDING', 'PENDING'])[1 + n % 4]::planstatus,
  CASE WHEN n % 3 > 0 THEN 'gone-' || n END, now() - n * interval '5 hours', now() - n * interval '5 hours'
FROM generate_series(1, 60) AS n;
COMMIT;
ANALYZE;
