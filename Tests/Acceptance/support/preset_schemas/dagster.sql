-- Dagster 1.13.29 on SQLite, as the installed application makes it (scripts/verify-presets.sh dagster): the event log.
CREATE TABLE event_logs (
    id INTEGER NOT NULL, run_id VARCHAR(255), event TEXT NOT NULL, dagster_event_type TEXT, timestamp TIMESTAMP, step_key TEXT, asset_key TEXT, partition TEXT,
    PRIMARY KEY (id)
);
CREATE INDEX idx_events_by_asset ON event_logs (asset_key, dagster_event_type, id);
CREATE INDEX idx_events_by_asset_partition ON event_logs (asset_key, dagster_event_type, partition, id);
CREATE INDEX idx_events_by_run_id ON event_logs (run_id, id);
CREATE INDEX idx_step_key ON event_logs (step_key);
CREATE INDEX idx_event_type ON event_logs (dagster_event_type, id);
CREATE TABLE asset_keys (id INTEGER NOT NULL, asset_key VARCHAR(512), last_materialization TEXT, last_run_id VARCHAR(255), PRIMARY KEY (id), UNIQUE (asset_key));
CREATE TABLE asset_event_tags (id INTEGER NOT NULL, event_id INTEGER, asset_key TEXT NOT NULL, "key" TEXT NOT NULL, value TEXT, PRIMARY KEY (id));
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('29b539ebc72a');
