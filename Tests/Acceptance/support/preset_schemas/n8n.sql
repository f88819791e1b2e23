-- n8n of 2026 on SQLite, once AddStoredAtToExecutionEntity1768557000000 has run. Read in the project's repository: packages/@n8n/db/src/entities and
-- migrations. Only what the preset touches, and what hangs off it.
CREATE TABLE workflow_entity (id VARCHAR(36) NOT NULL PRIMARY KEY, name VARCHAR(128) NOT NULL, active BOOLEAN NOT NULL, nodes TEXT, connections TEXT NOT NULL);
CREATE TABLE execution_entity (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, workflowId VARCHAR(36) NOT NULL REFERENCES workflow_entity (id) ON DELETE CASCADE,
    finished BOOLEAN NOT NULL, mode VARCHAR NOT NULL, retryOf VARCHAR, retrySuccessId VARCHAR, startedAt DATETIME, stoppedAt DATETIME, waitTill DATETIME,
    status VARCHAR NOT NULL, deletedAt DATETIME(3), createdAt DATETIME(3) NOT NULL DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')),
    storedAt VARCHAR(2) NOT NULL DEFAULT 'db' CHECK (storedAt IN ('db', 'fs', 's3'))
);
CREATE INDEX idx_execution_entity_deletedAt ON execution_entity (deletedAt);
CREATE INDEX idx_execution_entity_workflow_id_started_at ON execution_entity (workflowId, startedAt) WHERE startedAt IS NOT NULL AND deletedAt IS NULL;
CREATE INDEX idx_execution_entity_wait_till_status_deleted_at ON execution_entity (waitTill, status, deletedAt) WHERE waitTill IS NOT NULL AND deletedAt IS NULL;
CREATE INDEX idx_execution_entity_stopped_at_status_deleted_at ON execution_entity (stoppedAt, status, deletedAt)
    WHERE stoppedAt IS NOT NULL AND deletedAt IS NULL;
CREATE TABLE execution_data (
    executionId INTEGER NOT NULL PRIMARY KEY REFERENCES execution_entity (id) ON DELETE CASCADE, workflowData TEXT NOT NULL, data TEXT NOT NULL
);
CREATE TABLE execution_metadata (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, executionId INTEGER NOT NULL REFERENCES execution_entity (id) ON DELETE CASCADE,
    key VARCHAR(255) NOT NULL, value TEXT NOT NULL, UNIQUE (executionId, key)
);
CREATE TABLE execution_annotations (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, executionId INTEGER NOT NULL REFERENCES execution_entity (id) ON DELETE CASCADE,
    vote VARCHAR(6), note TEXT, createdAt DATETIME(3) NOT NULL DEFAULT (STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW'))
);
CREATE UNIQUE INDEX IDX_execution_annotations_executionId ON execution_annotations (executionId);
CREATE TABLE migrations (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, timestamp BIGINT NOT NULL, name VARCHAR NOT NULL);
INSERT INTO migrations (timestamp, name) VALUES (1724753530828, 'CreateAnnotationTables1724753530828'), (1768557000000, 'AddStoredAtToExecutionEntity1768557000000');
INSERT INTO workflow_entity VALUES ('w1', 'orders', 1, '[]', '{}');
