-- django-celery-results 2.6.0 on SQLite, as its migrations make it (scripts/verify-presets.sh django_celery_results), in a project with another app.
CREATE TABLE django_migrations (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, app varchar(255) NOT NULL, name varchar(255) NOT NULL, applied datetime NOT NULL);
CREATE TABLE django_celery_results_taskresult (
    id integer NOT NULL PRIMARY KEY AUTOINCREMENT, task_id varchar(255) NOT NULL UNIQUE, status varchar(50) NOT NULL, content_type varchar(128) NOT NULL,
    content_encoding varchar(64) NOT NULL, result text, date_done datetime NOT NULL, task_name varchar(255), date_created datetime NOT NULL, worker varchar(100)
);
CREATE INDEX django_cele_status_9b6201_idx ON django_celery_results_taskresult (status);
CREATE INDEX django_cele_date_do_f59aad_idx ON django_celery_results_taskresult (date_done);
CREATE TABLE django_celery_results_groupresult (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, group_id varchar(255) NOT NULL UNIQUE, date_done datetime NOT NULL, result text);
INSERT INTO django_migrations (app, name, applied) VALUES ('django_celery_results', '0001_initial', '2025-01-01 10:00:00'),
    ('django_celery_results', '0014_alter_taskresult_status', '2025-01-01 10:00:01'), ('shop', '0007_prices', '2026-01-01 10:00:00');
