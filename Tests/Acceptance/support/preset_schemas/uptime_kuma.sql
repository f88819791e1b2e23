-- Uptime Kuma 2.0.2 on SQLite, as a database that began with 1.x has it. Read in the project's repository: db/kuma.db, db/old_migrations
-- and db/knex_migrations up to 2025-10-15-0000-stat-table-fix.js. Only what the preset touches, and what tells the application.
CREATE TABLE monitor (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(150), active BOOLEAN NOT NULL DEFAULT 1, interval INTEGER NOT NULL DEFAULT 20,
    url TEXT, type VARCHAR(20)
);
CREATE TABLE heartbeat (
    id INTEGER NOT NULL PRIMARY KEY, important BOOLEAN NOT NULL DEFAULT 0,
    monitor_id INTEGER NOT NULL REFERENCES monitor ON UPDATE CASCADE ON DELETE CASCADE, status SMALLINT NOT NULL, msg TEXT, time DATETIME NOT NULL,
    ping INTEGER, duration INTEGER NOT NULL DEFAULT 0, down_count INTEGER NOT NULL DEFAULT 0, end_time DATETIME, retries INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX important ON heartbeat (important);
CREATE INDEX monitor_id ON heartbeat (monitor_id);
CREATE INDEX monitor_important_time_index ON heartbeat (monitor_id, important, time);
CREATE INDEX monitor_time_index ON heartbeat (monitor_id, time);
CREATE TABLE monitor_notification (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, monitor_id INTEGER NOT NULL REFERENCES monitor ON UPDATE CASCADE ON DELETE CASCADE,
    notification_id INTEGER NOT NULL
);
CREATE TABLE stat_minutely (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, monitor_id INTEGER NOT NULL REFERENCES monitor (id) ON UPDATE CASCADE ON DELETE CASCADE,
    timestamp INTEGER NOT NULL, ping FLOAT NOT NULL, up SMALLINT NOT NULL, down SMALLINT NOT NULL, UNIQUE (monitor_id, timestamp)
);
CREATE TABLE knex_migrations (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(255), batch INTEGER, migration_time DATETIME);
INSERT INTO knex_migrations (name, batch) VALUES ('2023-08-16-0000-create-uptime.js', 1), ('2025-10-15-0000-stat-table-fix.js', 1);
INSERT INTO monitor (id, name) VALUES (1, 'web'), (2, 'mail'), (3, 'quiet');
