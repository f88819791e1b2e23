-- Applications that are recognized and refused, one after the other; each begins with a line of its name. Only what tells them apart, as read in
-- the projects' repositories.
-- == Home Assistant: homeassistant/components/recorder/db_schema.py, schema 41
CREATE TABLE states (state_id INTEGER NOT NULL PRIMARY KEY, state VARCHAR(255), last_updated_ts FLOAT, old_state_id INTEGER REFERENCES states (state_id), attributes_id INTEGER, metadata_id INTEGER);
CREATE TABLE state_attributes (attributes_id INTEGER NOT NULL PRIMARY KEY, hash BIGINT, shared_attrs TEXT);
CREATE TABLE events (event_id INTEGER NOT NULL PRIMARY KEY, time_fired_ts FLOAT, event_type_id INTEGER, data_id INTEGER);
CREATE TABLE recorder_runs (run_id INTEGER NOT NULL PRIMARY KEY, start DATETIME NOT NULL, "end" DATETIME, closed_incorrect BOOLEAN NOT NULL, created DATETIME NOT NULL);
CREATE TABLE statistics_meta (id INTEGER NOT NULL PRIMARY KEY, statistic_id VARCHAR(255), source VARCHAR(32), unit_of_measurement VARCHAR(255), has_sum BOOLEAN, name VARCHAR(255));
CREATE TABLE schema_changes (change_id INTEGER NOT NULL PRIMARY KEY, schema_version INTEGER, changed DATETIME NOT NULL);
-- == Gitea: models/actions/run.go, run_job.go
CREATE TABLE repository (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, owner_id INTEGER, lower_name TEXT NOT NULL, num_action_runs INTEGER NOT NULL DEFAULT 0);
CREATE TABLE action_run (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, title TEXT, repo_id INTEGER, owner_id INTEGER, workflow_id TEXT, "index" INTEGER, status INTEGER, started INTEGER, stopped INTEGER, created INTEGER, updated INTEGER);
CREATE TABLE action_run_job (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, run_id INTEGER, repo_id INTEGER, name TEXT, job_id TEXT, status INTEGER);
-- == MLflow: mlflow/store/tracking/dbmodels/models.py
CREATE TABLE experiments (experiment_id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(256) NOT NULL UNIQUE, artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32));
CREATE TABLE runs (run_uuid VARCHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(250), status VARCHAR(9), start_time BIGINT, end_time BIGINT, lifecycle_stage VARCHAR(20), artifact_uri VARCHAR(200), experiment_id INTEGER);
-- == Windmill: backend/migrations, v2_job
CREATE TABLE v2_job (id TEXT PRIMARY KEY, workspace_id VARCHAR(100) NOT NULL, created_at TIMESTAMP NOT NULL, kind TEXT NOT NULL);
CREATE TABLE v2_job_completed (id TEXT PRIMARY KEY REFERENCES v2_job (id) ON DELETE CASCADE, workspace_id VARCHAR(100) NOT NULL, completed_at TIMESTAMP NOT NULL);
-- == Temporal: schema/sqlite/v3
CREATE TABLE executions_visibility (namespace_id CHAR(64) NOT NULL, run_id CHAR(64) NOT NULL, start_time TIMESTAMP NOT NULL, workflow_id VARCHAR(255) NOT NULL, status INT NOT NULL, close_time TIMESTAMP, PRIMARY KEY (namespace_id, run_id));
CREATE TABLE history_node (shard_id INT NOT NULL, tree_id BINARY(16) NOT NULL, branch_id BINARY(16) NOT NULL, node_id BIGINT NOT NULL, txn_id BIGINT NOT NULL, data MEDIUMBLOB NOT NULL, PRIMARY KEY (shard_id, tree_id, branch_id, node_id, txn_id));
