-- Paperless-ngx 2.18 on SQLite. Read in the project's repository: src/documents/models.py and migrations.
CREATE TABLE documents_document (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, title VARCHAR(128) NOT NULL, content TEXT NOT NULL, checksum VARCHAR(32) NOT NULL UNIQUE, created DATE NOT NULL);
CREATE TABLE documents_paperlesstask (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, task_id VARCHAR(255) NOT NULL UNIQUE, acknowledged BOOL NOT NULL, task_file_name VARCHAR(255), task_name VARCHAR(255),
    status VARCHAR(30) NOT NULL, date_created DATETIME, date_started DATETIME, date_done DATETIME, result TEXT, type VARCHAR(30) NOT NULL, owner_id INTEGER
);
CREATE TABLE django_migrations (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, app VARCHAR(255) NOT NULL, name VARCHAR(255) NOT NULL, applied DATETIME NOT NULL);
INSERT INTO django_migrations (app, name, applied) VALUES ('documents', '0001_initial', '2025-09-01 10:00:00'), ('paperless_mail', '0001_initial', '2025-09-01 10:00:01');
INSERT INTO documents_document VALUES (1, 'Invoice', 'so much', 'c0ffee', '2020-01-01');
