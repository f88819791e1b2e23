-- Apache Airflow 3.3.2 on SQLite, as the installed application makes it (scripts/verify-presets.sh airflow), and the table of sessions that the FAB
-- provider's web server adds. Columns that play no part are left out.
CREATE TABLE log (
    id INTEGER NOT NULL, dttm TIMESTAMP, dag_id VARCHAR(250), task_id VARCHAR(250), event VARCHAR(60) NOT NULL, run_id VARCHAR(250), owner VARCHAR(500), extra TEXT,
    CONSTRAINT log_pkey PRIMARY KEY (id)
);
CREATE INDEX idx_log_event ON log (event);
CREATE INDEX idx_log_dttm ON log (dttm);
CREATE TABLE job (
    id INTEGER NOT NULL, dag_id VARCHAR(250), state VARCHAR(20), job_type VARCHAR(30), start_date TIMESTAMP, end_date TIMESTAMP, latest_heartbeat TIMESTAMP,
    CONSTRAINT job_pkey PRIMARY KEY (id)
);
CREATE INDEX idx_job_state_heartbeat ON job (state, latest_heartbeat);
CREATE INDEX job_type_heart ON job (job_type, latest_heartbeat);
CREATE TABLE session (id INTEGER NOT NULL PRIMARY KEY, session_id VARCHAR(255) UNIQUE, data BLOB, expiry DATETIME);
CREATE TABLE dag_run (
    id INTEGER NOT NULL, dag_id VARCHAR(250) NOT NULL, logical_date TIMESTAMP, start_date TIMESTAMP, end_date TIMESTAMP, state VARCHAR(50), run_id VARCHAR(250) NOT NULL,
    run_type VARCHAR(50) NOT NULL, run_after TIMESTAMP NOT NULL, CONSTRAINT dag_run_pkey PRIMARY KEY (id), CONSTRAINT dag_run_dag_id_run_id_key UNIQUE (dag_id, run_id)
);
CREATE INDEX dag_id_state ON dag_run (dag_id, state);
CREATE TABLE task_instance (
    id CHAR(32) NOT NULL, task_id VARCHAR(250) NOT NULL, dag_id VARCHAR(250) NOT NULL, run_id VARCHAR(250) NOT NULL, map_index INTEGER DEFAULT '-1' NOT NULL,
    state VARCHAR(20), CONSTRAINT task_instance_pkey PRIMARY KEY (id), CONSTRAINT task_instance_composite_key UNIQUE (dag_id, task_id, run_id, map_index),
    CONSTRAINT task_instance_dag_run_fkey FOREIGN KEY (dag_id, run_id) REFERENCES dag_run (dag_id, run_id) ON DELETE CASCADE
);
CREATE INDEX ti_dag_run ON task_instance (dag_id, run_id);
CREATE TABLE xcom (
    dag_run_id INTEGER NOT NULL, task_id VARCHAR(250) NOT NULL, map_index INTEGER DEFAULT '-1' NOT NULL, "key" VARCHAR(512) NOT NULL, dag_id VARCHAR(250) NOT NULL,
    run_id VARCHAR(250) NOT NULL, value JSON, CONSTRAINT xcom_pkey PRIMARY KEY (dag_run_id, task_id, map_index, "key"),
    CONSTRAINT xcom_task_instance_fkey FOREIGN KEY (dag_id, task_id, run_id, map_index) REFERENCES task_instance (dag_id, task_id, run_id, map_index) ON DELETE CASCADE
);
CREATE INDEX idx_xcom_task_instance ON xcom (dag_id, task_id, run_id, map_index);
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('d2f4e1b3c5a7');
