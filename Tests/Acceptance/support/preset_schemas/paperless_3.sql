-- Paperless-ngx 3 on SQLite: other columns, and statuses in lower case. Read in the project's repository: src/documents/migrations/0019_task_system_redesign.py.
CREATE TABLE documents_document (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, title VARCHAR(128) NOT NULL, content TEXT NOT NULL, checksum VARCHAR(64) NOT NULL UNIQUE, created DATE NOT NULL);
CREATE TABLE documents_paperlesstask (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, task_id VARCHAR(72) NOT NULL UNIQUE, task_type VARCHAR(50) NOT NULL, trigger_source VARCHAR(50) NOT NULL,
    status VARCHAR(30) NOT NULL, date_created DATETIME NOT NULL, date_started DATETIME, date_done DATETIME, duration_seconds REAL, wait_time_seconds REAL,
    input_data TEXT NOT NULL, result_data TEXT, result_message TEXT, acknowledged BOOL NOT NULL, owner_id INTEGER
);
CREATE INDEX documents_paperlesstask_status ON documents_paperlesstask (status);
CREATE INDEX documents_paperlesstask_date_done ON documents_paperlesstask (date_done);
CREATE TABLE django_migrations (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, app VARCHAR(255) NOT NULL, name VARCHAR(255) NOT NULL, applied DATETIME NOT NULL);
INSERT INTO django_migrations (app, name, applied) VALUES ('documents', '0001_initial', '2025-09-01 10:00:00'), ('documents', '0019_task_system_redesign', '2026-05-01 10:00:00');
INSERT INTO documents_document VALUES (1, 'Invoice', 'so much', 'c0ffee', '2020-01-01');
