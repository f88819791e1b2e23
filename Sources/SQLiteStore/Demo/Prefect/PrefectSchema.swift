/// The tables of Prefect 3.9 that the preset touches, what hangs off them, and those that tell the application.
enum PrefectSchema {
    static let sql = """
        CREATE TABLE flow (
            id CHAR(36) NOT NULL PRIMARY KEY, created DATETIME NOT NULL, name VARCHAR NOT NULL UNIQUE
        );
        CREATE TABLE work_pool (
            id CHAR(36) NOT NULL PRIMARY KEY, name VARCHAR NOT NULL UNIQUE, type VARCHAR NOT NULL
        );
        CREATE TABLE flow_run (
            id CHAR(36) NOT NULL PRIMARY KEY,
            created DATETIME NOT NULL,
            updated DATETIME NOT NULL,
            name VARCHAR NOT NULL,
            state_type VARCHAR(9),
            state_name VARCHAR,
            start_time DATETIME,
            end_time DATETIME,
            flow_id CHAR(36) NOT NULL REFERENCES flow (id) ON DELETE CASCADE,
            parent_task_run_id CHAR(36) REFERENCES task_run (id) ON DELETE SET NULL
        );
        CREATE INDEX ix_flow_run__flow_id ON flow_run (flow_id);
        CREATE INDEX ix_flow_run__end_time_desc ON flow_run (end_time);
        CREATE INDEX ix_flow_run__state_type ON flow_run (state_type);
        CREATE INDEX ix_flow_run__parent_task_run_id ON flow_run (parent_task_run_id);
        CREATE TABLE flow_run_state (
            id CHAR(36) NOT NULL PRIMARY KEY,
            type VARCHAR(9) NOT NULL,
            timestamp DATETIME NOT NULL,
            name VARCHAR NOT NULL,
            message VARCHAR,
            flow_run_id CHAR(36) NOT NULL REFERENCES flow_run (id) ON DELETE CASCADE
        );
        CREATE UNIQUE INDEX uq_flow_run_state__flow_run_id_timestamp_desc ON flow_run_state (flow_run_id, timestamp);
        CREATE TABLE task_run (
            id CHAR(36) NOT NULL PRIMARY KEY,
            created DATETIME NOT NULL,
            name VARCHAR NOT NULL,
            state_type VARCHAR(9),
            start_time DATETIME,
            end_time DATETIME,
            flow_run_id CHAR(36) REFERENCES flow_run (id) ON DELETE CASCADE
        );
        CREATE INDEX ix_task_run__flow_run_id ON task_run (flow_run_id);
        CREATE TABLE log (
            id CHAR(36) NOT NULL PRIMARY KEY,
            name VARCHAR NOT NULL,
            level SMALLINT NOT NULL,
            flow_run_id CHAR(36),
            task_run_id CHAR(36),
            message TEXT NOT NULL,
            timestamp DATETIME NOT NULL
        );
        CREATE INDEX ix_log__flow_run_id ON log (flow_run_id);
        CREATE INDEX ix_log__timestamp ON log (timestamp);
        CREATE TABLE artifact (
            id CHAR(36) NOT NULL PRIMARY KEY,
            created DATETIME NOT NULL,
            updated DATETIME NOT NULL,
            "key" VARCHAR,
            type VARCHAR,
            data JSON,
            flow_run_id CHAR(36)
        );
        CREATE INDEX ix_artifact__updated ON artifact (updated);
        CREATE INDEX ix_artifact__flow_run_id ON artifact (flow_run_id);
        CREATE TABLE artifact_collection (
            id CHAR(36) NOT NULL PRIMARY KEY, "key" VARCHAR NOT NULL UNIQUE, latest_id CHAR(36) NOT NULL, flow_run_id CHAR(36)
        );
        CREATE TABLE events (
            id CHAR(36) NOT NULL PRIMARY KEY,
            occurred DATETIME NOT NULL,
            event TEXT NOT NULL,
            resource_id TEXT NOT NULL,
            payload JSON NOT NULL
        );
        CREATE INDEX ix_events__occurred ON events (occurred);
        CREATE TABLE event_resources (
            id CHAR(36) NOT NULL PRIMARY KEY,
            occurred DATETIME NOT NULL,
            resource_id TEXT NOT NULL,
            resource_role TEXT NOT NULL,
            event_id CHAR(36) NOT NULL
        );
        CREATE INDEX ix_event_resources__event_id ON event_resources (event_id);
        CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
        INSERT INTO alembic_version VALUES ('27d8f4e1a6c9');
        INSERT INTO work_pool VALUES ('7b1c2f8e-0000-4000-8000-000000000001', 'default', 'process');
        """
}
