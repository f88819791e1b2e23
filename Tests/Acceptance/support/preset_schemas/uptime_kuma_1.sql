-- Uptime Kuma 1.23 on SQLite: no tables of statistics and no knex_migrations. Read in the project's repository: db/kuma.db and its patches.
CREATE TABLE monitor (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, name VARCHAR(150), active BOOLEAN NOT NULL DEFAULT 1, interval INTEGER NOT NULL DEFAULT 20,
    url TEXT, type VARCHAR(20)
);
CREATE TABLE heartbeat (
    id INTEGER NOT NULL PRIMARY KEY, important BOOLEAN NOT NULL DEFAULT 0,
    monitor_id INTEGER NOT NULL REFERENCES monitor ON UPDATE CASCADE ON DELETE CASCADE, status SMALLINT NOT NULL, msg TEXT, time DATETIME NOT NULL,
    ping INTEGER, duration INTEGER NOT NULL DEFAULT 0, down_count INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX important ON heartbeat (important);
CREATE INDEX monitor_id ON heartbeat (monitor_id);
CREATE INDEX monitor_important_time_index ON heartbeat (monitor_id, important, time);
CREATE INDEX monitor_time_index ON heartbeat (monitor_id, time);
CREATE TABLE monitor_notification (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, monitor_id INTEGER NOT NULL REFERENCES monitor ON UPDATE CASCADE ON DELETE CASCADE,
    notification_id INTEGER NOT NULL
);
CREATE TABLE setting (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, key VARCHAR(200) NOT NULL UNIQUE, value TEXT, type VARCHAR(20));
INSERT INTO setting (key, value) VALUES ('database_version', '10');
INSERT INTO monitor (id, name) VALUES (1, 'web'), (2, 'mail'), (3, 'quiet');
