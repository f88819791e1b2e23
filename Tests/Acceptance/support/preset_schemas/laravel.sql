-- A Laravel 12 project on SQLite with Telescope 5 and Pulse 1. Read in the projects' repositories: the skeleton's create_jobs_table, Telescope's
-- create_telescope_entries_table, Pulse's create_pulse_tables. Laravel writes created_at and failed_at in the zone of the project.
CREATE TABLE migrations (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, migration VARCHAR NOT NULL, batch INTEGER NOT NULL);
CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, queue VARCHAR NOT NULL, payload TEXT NOT NULL, attempts INTEGER NOT NULL, reserved_at INTEGER,
    available_at INTEGER NOT NULL, created_at INTEGER NOT NULL
);
CREATE TABLE job_batches (
    id VARCHAR NOT NULL PRIMARY KEY, name VARCHAR NOT NULL, total_jobs INTEGER NOT NULL, pending_jobs INTEGER NOT NULL, failed_jobs INTEGER NOT NULL,
    failed_job_ids TEXT NOT NULL, options TEXT, cancelled_at INTEGER, created_at INTEGER NOT NULL, finished_at INTEGER
);
CREATE TABLE failed_jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, uuid VARCHAR NOT NULL, connection TEXT NOT NULL, queue TEXT NOT NULL, payload TEXT NOT NULL,
    exception TEXT NOT NULL, failed_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);
CREATE UNIQUE INDEX failed_jobs_uuid_unique ON failed_jobs (uuid);
CREATE TABLE telescope_entries (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, uuid VARCHAR NOT NULL, batch_id VARCHAR NOT NULL, family_hash VARCHAR,
    should_display_on_index TINYINT(1) NOT NULL DEFAULT '1', type VARCHAR NOT NULL, content TEXT NOT NULL, created_at DATETIME
);
CREATE UNIQUE INDEX telescope_entries_uuid_unique ON telescope_entries (uuid);
CREATE INDEX telescope_entries_created_at_index ON telescope_entries (created_at);
CREATE INDEX telescope_entries_type_should_display_on_index_index ON telescope_entries (type, should_display_on_index);
CREATE TABLE telescope_entries_tags (
    entry_uuid VARCHAR NOT NULL REFERENCES telescope_entries (uuid) ON DELETE CASCADE, tag VARCHAR NOT NULL, PRIMARY KEY (entry_uuid, tag)
);
CREATE TABLE telescope_monitoring (tag VARCHAR NOT NULL PRIMARY KEY);
CREATE TABLE pulse_entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, timestamp INTEGER NOT NULL, type VARCHAR NOT NULL, key TEXT NOT NULL, key_hash VARCHAR NOT NULL, value INTEGER
);
CREATE INDEX pulse_entries_timestamp_index ON pulse_entries (timestamp);
INSERT INTO migrations (migration, batch) VALUES ('0001_01_01_000002_create_jobs_table', 1), ('2018_08_08_100000_create_telescope_entries_table', 1),
    ('2023_06_07_000001_create_pulse_tables', 1);
