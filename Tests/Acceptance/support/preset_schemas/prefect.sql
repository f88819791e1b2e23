-- Prefect 3.9.1 on SQLite, as the installed server makes it (scripts/verify-presets.sh prefect): what the preset touches, what hangs off it, and what
-- tells the application. Columns that play no part are left out.
CREATE TABLE flow (id CHAR(36) NOT NULL, name VARCHAR NOT NULL, CONSTRAINT pk_flow PRIMARY KEY (id), CONSTRAINT uq_flow__name UNIQUE (name));
CREATE TABLE work_pool (id CHAR(36) NOT NULL, name VARCHAR NOT NULL, type VARCHAR NOT NULL, CONSTRAINT pk_work_pool PRIMARY KEY (id));
CREATE TABLE flow_run (
    id CHAR(36) NOT NULL, created DATETIME DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')) NOT NULL,
    updated DATETIME DEFAULT (strftime('%Y-%m-%d %H:%M:%f000', 'now')) NOT NULL, name VARCHAR NOT NULL, state_type VARCHAR(9), start_time DATETIME,
    end_time DATETIME, flow_id CHAR(36) NOT NULL, parent_task_run_id CHAR(36), state_id CHAR(36),
    CONSTRAINT pk_flow_run PRIMARY KEY (id), CONSTRAINT fk_flow_run__flow_id__flow FOREIGN KEY (flow_id) REFERENCES flow (id) ON DELETE CASCADE,
    CONSTRAINT fk_flow_run__parent_task_run_id__task_run FOREIGN KEY (parent_task_run_id) REFERENCES task_run (id) ON DELETE SET NULL,
    CONSTRAINT fk_flow_run__state_id__flow_run_state FOREIGN KEY (state_id) REFERENCES flow_run_state (id) ON DELETE SET NULL
);
CREATE INDEX ix_flow_run__flow_id ON flow_run (flow_id);
CREATE INDEX ix_flow_run__end_time_desc ON flow_run (end_time);
CREATE INDEX ix_flow_run__state_type ON flow_run (state_type);
CREATE INDEX ix_flow_run__parent_task_run_id ON flow_run (parent_task_run_id);
CREATE INDEX ix_flow_run__state_id ON flow_run (state_id);
CREATE INDEX ix_flow_run__state_type_coalesce_start_time ON flow_run (state_type, coalesce(start_time, created));
CREATE TABLE flow_run_state (
    id CHAR(36) NOT NULL, type VARCHAR(9) NOT NULL, timestamp DATETIME NOT NULL, name VARCHAR NOT NULL, flow_run_id CHAR(36) NOT NULL,
    result_artifact_id CHAR(36), CONSTRAINT pk_flow_run_state PRIMARY KEY (id),
    CONSTRAINT fk_flow_run_state__result_artifact_id__artifact FOREIGN KEY (result_artifact_id) REFERENCES artifact (id) ON DELETE SET NULL,
    CONSTRAINT fk_flow_run_state__flow_run_id__flow_run FOREIGN KEY (flow_run_id) REFERENCES flow_run (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX uq_flow_run_state__flow_run_id_timestamp_desc ON flow_run_state (flow_run_id, timestamp);
CREATE INDEX ix_flow_run_state__result_artifact_id ON flow_run_state (result_artifact_id);
CREATE TABLE flow_run_input (
    id CHAR(36) NOT NULL, "key" VARCHAR NOT NULL, value TEXT NOT NULL, flow_run_id CHAR(36) NOT NULL, CONSTRAINT pk_flow_run_input PRIMARY KEY (id),
    CONSTRAINT uq_flow_run_input__flow_run_id_key UNIQUE (flow_run_id, "key"),
    CONSTRAINT fk_flow_run_input__flow_run_id__flow_run FOREIGN KEY (flow_run_id) REFERENCES flow_run (id) ON DELETE CASCADE
);
CREATE TABLE task_run (
    id CHAR(36) NOT NULL, name VARCHAR NOT NULL, state_type VARCHAR(9), end_time DATETIME, flow_run_id CHAR(36), CONSTRAINT pk_task_run PRIMARY KEY (id),
    CONSTRAINT fk_task_run__flow_run_id__flow_run FOREIGN KEY (flow_run_id) REFERENCES flow_run (id) ON DELETE CASCADE
);
CREATE INDEX ix_task_run__flow_run_id ON task_run (flow_run_id);
CREATE TABLE task_run_state (
    id CHAR(36) NOT NULL, type VARCHAR(9) NOT NULL, timestamp DATETIME NOT NULL, name VARCHAR NOT NULL, task_run_id CHAR(36) NOT NULL,
    CONSTRAINT pk_task_run_state PRIMARY KEY (id),
    CONSTRAINT fk_task_run_state__task_run_id__task_run FOREIGN KEY (task_run_id) REFERENCES task_run (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX uq_task_run_state__task_run_id_timestamp_desc ON task_run_state (task_run_id, timestamp);
CREATE TABLE log (
    id CHAR(36) NOT NULL, name VARCHAR NOT NULL, level SMALLINT NOT NULL, flow_run_id CHAR(36), task_run_id CHAR(36), message TEXT NOT NULL,
    timestamp DATETIME NOT NULL, CONSTRAINT pk_log PRIMARY KEY (id)
);
CREATE INDEX ix_log__flow_run_id ON log (flow_run_id);
CREATE INDEX ix_log__flow_run_id_timestamp ON log (flow_run_id, timestamp);
CREATE INDEX ix_log__timestamp ON log (timestamp);
CREATE TABLE artifact (
    id CHAR(36) NOT NULL, created DATETIME NOT NULL, updated DATETIME NOT NULL, "key" VARCHAR, type VARCHAR, data JSON, task_run_id CHAR(36),
    flow_run_id CHAR(36), CONSTRAINT pk_artifact PRIMARY KEY (id)
);
CREATE INDEX ix_artifact__updated ON artifact (updated);
CREATE INDEX ix_artifact__flow_run_id ON artifact (flow_run_id);
CREATE INDEX ix_artifact__key ON artifact ("key");
CREATE TABLE artifact_collection (
    id CHAR(36) NOT NULL, "key" VARCHAR NOT NULL, latest_id CHAR(36) NOT NULL, flow_run_id CHAR(36), CONSTRAINT pk_artifact_collection PRIMARY KEY (id),
    CONSTRAINT uq_artifact_collection__key UNIQUE ("key")
);
CREATE INDEX ix_artifact_collection__key_latest_id ON artifact_collection ("key", latest_id);
CREATE TABLE events (
    occurred DATETIME NOT NULL, event TEXT NOT NULL, resource_id TEXT NOT NULL, resource JSON NOT NULL, payload JSON NOT NULL, received DATETIME NOT NULL,
    id CHAR(36) NOT NULL, CONSTRAINT pk_events PRIMARY KEY (id)
);
CREATE INDEX ix_events__occurred ON events (occurred);
CREATE INDEX ix_events__occurred_id ON events (occurred, id);
CREATE TABLE event_resources (
    occurred DATETIME NOT NULL, resource_id TEXT NOT NULL, resource_role TEXT NOT NULL, resource JSON NOT NULL, event_id CHAR(36) NOT NULL, id CHAR(36) NOT NULL,
    CONSTRAINT pk_event_resources PRIMARY KEY (id)
);
CREATE INDEX ix_event_resources__event_id ON event_resources (event_id);
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('27d8f4e1a6c9');
INSERT INTO flow VALUES ('f0', 'etl');
INSERT INTO work_pool VALUES ('p0', 'default', 'process');
