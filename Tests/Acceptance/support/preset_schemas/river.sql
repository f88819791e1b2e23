-- River 0.26 on SQLite (riversqlite), migration 6. Read in the project's repository: riverdriver/riversqlite/internal/dbsqlc/river_job.sql and migration/main.
CREATE TABLE river_migration (line TEXT NOT NULL, version INTEGER NOT NULL CHECK (version >= 1), created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (line, version));
CREATE TABLE river_job (
    id INTEGER PRIMARY KEY, args BLOB NOT NULL DEFAULT '{}', attempt INTEGER NOT NULL DEFAULT 0, attempted_at TIMESTAMP, attempted_by BLOB,
    created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, errors BLOB, finalized_at TIMESTAMP, kind TEXT NOT NULL, max_attempts INTEGER NOT NULL,
    metadata BLOB NOT NULL DEFAULT (json('{}')), priority INTEGER NOT NULL DEFAULT 1, queue TEXT NOT NULL DEFAULT 'default', state TEXT NOT NULL DEFAULT 'available',
    scheduled_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, tags BLOB NOT NULL DEFAULT (json('[]')), unique_key BLOB, unique_states INTEGER,
    CONSTRAINT finalized_or_finalized_at_null CHECK ((finalized_at IS NULL) = (state NOT IN ('cancelled', 'completed', 'discarded')))
);
CREATE INDEX river_job_kind ON river_job (kind);
CREATE INDEX river_job_state_and_finalized_at_index ON river_job (state, finalized_at) WHERE finalized_at IS NOT NULL;
CREATE INDEX river_job_prioritized_fetching_index ON river_job (state, queue, priority, scheduled_at, id);
INSERT INTO river_migration (line, version) VALUES ('main', 1), ('main', 2), ('main', 3), ('main', 4), ('main', 5), ('main', 6);
