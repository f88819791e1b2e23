# A PostgreSQL server of one's own in a folder, run as an ordinary user since it refuses root. It is sourced, not run.

# postgres_program NAME: the newest server's program of that name.
postgres_program() {
    local found
    found=$(ls -d /usr/lib/postgresql/*/bin/"$1" 2>/dev/null | sort -V | tail -1)
    [ -n "$found" ] || { echo "There is no PostgreSQL server: apt-get install postgresql" >&2; return 1; }
    echo "$found"
}

# as_ordinary_user COMMAND...: root becomes `postgres` for it.
as_ordinary_user() {
    if [ "$(id -u)" -eq 0 ]; then
        setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
    else
        "$@"
    fi
}

# start_postgres FOLDER PORT: makes a server in the folder where there is none, and starts it. Its socket is in the folder too.
start_postgres() {
    local folder=$1 port=$2
    if [ ! -e "$folder/data/PG_VERSION" ]; then
        mkdir -p "$folder"
        [ "$(id -u)" -ne 0 ] || chown postgres "$folder"
        (cd "$folder" && as_ordinary_user "$(postgres_program initdb)" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null)
        as_ordinary_user tee -a "$folder/data/postgresql.conf" >/dev/null <<SETTINGS
listen_addresses = '127.0.0.1'
unix_socket_directories = '$folder'
SETTINGS
    fi
    (cd "$folder" && as_ordinary_user "$(postgres_program pg_ctl)" -D "$folder/data" -o "-p $port" -w -l "$folder/data/server.log" start >/dev/null)
}

# stop_postgres FOLDER
stop_postgres() {
    (cd "$1" && as_ordinary_user "$(postgres_program pg_ctl)" -D "$1/data" -w -m fast stop >/dev/null)
}
