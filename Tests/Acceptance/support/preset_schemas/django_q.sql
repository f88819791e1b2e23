-- django-q2 1.11.1 on SQLite, as its migrations make it (scripts/verify-presets.sh django_q), in a project with another app.
CREATE TABLE django_migrations (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, app varchar(255) NOT NULL, name varchar(255) NOT NULL, applied datetime NOT NULL);
CREATE TABLE django_q_task (
    name varchar(100) NOT NULL, func varchar(256) NOT NULL, result text, started datetime NOT NULL, stopped datetime NOT NULL, success bool NOT NULL,
    id varchar(32) NOT NULL PRIMARY KEY, "group" varchar(100), attempt_count integer NOT NULL
);
CREATE INDEX success_index ON django_q_task ("group", name, func) WHERE success;
CREATE TABLE django_q_schedule (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, func varchar(256) NOT NULL, next_run datetime, schedule_type varchar(2) NOT NULL);
CREATE TABLE django_q_ormq (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, "key" varchar(100) NOT NULL, payload text NOT NULL, lock datetime);
INSERT INTO django_migrations (app, name, applied) VALUES ('django_q', '0001_initial', '2025-01-01 10:00:00'),
    ('django_q', '0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more', '2025-01-01 10:00:01'), ('shop', '0007_prices', '2026-01-01 10:00:00');
