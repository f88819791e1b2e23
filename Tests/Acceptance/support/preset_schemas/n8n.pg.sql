-- n8n of 2026 on PostgreSQL. Read in the project's repository, as n8n.sql.
CREATE TABLE workflow_entity (id varchar(36) PRIMARY KEY, name varchar(128) NOT NULL, active boolean NOT NULL, nodes json, connections json NOT NULL);
CREATE TABLE execution_entity (
    id serial PRIMARY KEY, finished boolean NOT NULL, mode varchar NOT NULL, "retryOf" varchar, "retrySuccessId" varchar, "startedAt" timestamptz(3),
    "stoppedAt" timestamptz(3), "waitTill" timestamptz(3), status varchar NOT NULL, "workflowId" varchar(36) NOT NULL REFERENCES workflow_entity (id) ON DELETE CASCADE,
    "deletedAt" timestamptz(3), "createdAt" timestamptz(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    "storedAt" varchar(2) NOT NULL DEFAULT 'db' CHECK ("storedAt" IN ('db', 'fs', 's3'))
);
CREATE INDEX idx_execution_entity_stopped_at_status_deleted_at ON execution_entity ("stoppedAt", status, "deletedAt")
    WHERE "stoppedAt" IS NOT NULL AND "deletedAt" IS NULL;
CREATE TABLE execution_data ("executionId" integer PRIMARY KEY REFERENCES execution_entity (id) ON DELETE CASCADE, "workflowData" json NOT NULL, data text NOT NULL);
CREATE TABLE execution_metadata (
    id serial PRIMARY KEY, "executionId" integer NOT NULL REFERENCES execution_entity (id) ON DELETE CASCADE, key varchar(255) NOT NULL, value text NOT NULL
);
CREATE INDEX "IDX_execution_metadata_executionId" ON execution_metadata ("executionId");
CREATE TABLE execution_annotations (
    id serial PRIMARY KEY, "executionId" integer NOT NULL REFERENCES execution_entity (id) ON DELETE CASCADE, vote varchar(6), note text
);
CREATE UNIQUE INDEX "IDX_execution_annotations_executionId" ON execution_annotations ("executionId");
CREATE TABLE migrations (id serial PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL);
INSERT INTO migrations (timestamp, name) VALUES (1724753530828, 'CreateAnnotationTables1724753530828'), (1768557000000, 'AddStoredAtToExecutionEntity1768557000000');
INSERT INTO workflow_entity VALUES ('w1', 'orders', true, '[]', '{}');
