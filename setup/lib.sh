# Sourced by every script here: where things are, and how to speak to the person watching.
# shellcheck shell=bash
set -euo pipefail

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
# shellcheck source=setup/versions.env
source "$ROOT/setup/versions.env"

RUN="$ROOT/.run"                      # what runs here: cluster, logs, configs, secrets
SHARED="${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/construction-suite"   # downloads, shared by checkouts
VENV="$ROOT/.venv"
KEY="$(printf %s "$ROOT" | sha256sum | cut -c1-10)"   # tells this checkout from the others

if [ -t 1 ]; then BOLD=$'\e[1m' PLAIN=$'\e[0m'; else BOLD='' PLAIN=''; fi
step() { printf '%s==> %s%s\n' "$BOLD" "$*" "$PLAIN" >&2; }
say()  { printf '    %s\n' "$*" >&2; }
die()  { printf 'error: %s\n' "$1" >&2; shift; for line in "$@"; do say "$line"; done; exit 1; }

# Say that a long command is still at work: one dot every ten seconds, its output goes to a file.
quietly() {  # quietly LOG COMMAND...
    local log="$1" status=0; shift
    mkdir -p "$(dirname "$log")"
    "$@" > "$log" 2>&1 <&3 &   # a command in the background reads nothing unless told to
    local pid=$! waited=0
    while kill -0 "$pid" 2>/dev/null; do
        sleep 0.2; waited=$((waited + 1))
        [ $((waited % 50)) -ne 0 ] || printf '.' >&2
    done
    [ "$waited" -lt 50 ] || printf ' %ss\n' $((waited / 5)) >&2
    wait "$pid" || status=$?
    if [ "$status" -ne 0 ]; then tail -n 25 "$log" >&2; say "all of it: $log"; fi
    return "$status"
} 3<&0

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@" 2>/dev/null || sudo "$@"; fi; }

# ---- which stack: STACK names one of several of this checkout; without it, the demonstration ------
export STACK="${STACK:-demo}"
case "$STACK" in *[!A-Za-z0-9_-]*) die "STACK=$STACK: a name is made of letters, digits, - and _" ;; esac
INFO="$RUN/stack-$STACK.json"; [ "$STACK" != demo ] || INFO="$RUN/stack.json"
named=''; [ "$STACK" = demo ] || named="_${STACK//-/_}"   # each has a database of its own

# ---- our addons: in addons/, and in a second folder outside this repository that EXTRA_ADDONS names --
ADDON_FOLDERS=("$ROOT/addons")
if [ -n "${EXTRA_ADDONS:-}" ]; then
    EXTRA_ADDONS="$(cd "$EXTRA_ADDONS" 2> /dev/null && pwd -P)" || die "EXTRA_ADDONS names no folder"
    [ ! -e "$EXTRA_ADDONS/__manifest__.py" ] || die "EXTRA_ADDONS=$EXTRA_ADDONS is an addon itself" \
        "name the folder that it lies in: EXTRA_ADDONS=$(dirname "$EXTRA_ADDONS")"
    [ "$EXTRA_ADDONS" = "$ROOT/addons" ] || ADDON_FOLDERS+=("$EXTRA_ADDONS")
    export EXTRA_ADDONS
fi
addon_homes() { local folder; for folder in "${ADDON_FOLDERS[@]}"; do compgen -G "$folder/*/__manifest__.py" | sed 's,/[^/]*$,,' | sort || true; done; }
our_addons() { addon_homes | sed 's,.*/,,'; }
addon_home() {  # addon_home NAME: its folder
    addon_homes | grep -m 1 "/$1$" || die "there is no addon $1 in $(IFS=,; echo "${ADDON_FOLDERS[*]}")" \
        "(an addon outside this repository: EXTRA_ADDONS=FOLDER)"
}

# ---- the private PostgreSQL cluster -------------------------------------------------------------
# A stack that runs or ran here keeps the database that it was started with, until it is reset.
given_database() {
    local conf="$RUN/stack-$STACK/web.conf"
    ! grep -qsx "db_host = $PGHOST" "$conf" || sed -n 's/^db_name = //p' "$conf"
}
# PGHOST set by the user wins: then no cluster of ours is made, and the names of our databases carry
# the checkout's key. Otherwise one of our own, reached through a unix socket in $PGHOST.
if [ -n "${PGHOST:-}" ] && [ "${PG_PRIVATE:-}" != "$PGHOST" ]; then
    PG_OWN=''
    export PGUSER="${PGUSER:-$(id -un)}"
    DATABASE="${DATABASE:-$(given_database)}"
    DATABASE="${DATABASE:-construction${named}_$KEY}"
else
    PG_OWN=yes
    if [ "$(id -u)" = 0 ]; then
        PG_HOME="/var/lib/construction-suite/$KEY"    # the server cannot run as root, nor look into its folders
    elif [ "${#RUN}" -lt 80 ]; then
        PG_HOME="$RUN/pg"
    else
        PG_HOME="${XDG_DATA_HOME:-$HOME/.local/share}/construction-suite/$KEY"   # socket paths are short
    fi
    export PGHOST="$PG_HOME/socket" PGPORT=5432 PGUSER=odoo PG_PRIVATE="$PG_HOME/socket"
    DATABASE="${DATABASE:-$(given_database)}"
    DATABASE="${DATABASE:-construction$named}"
fi
export DATABASE PGDATABASE=postgres
PORT_GIVEN="${PORT:-}"
export PORT="${PORT:-8069}"

# Who uses the server for a while holds it, until the process and those begun by it have ended: so
# `make down` does not stop it under a test. What outlives them is begun with `9>&-`.
hold_server() { mkdir -p "$RUN"; exec 9>> "$RUN/server.lock"; flock --shared 9; }

# ---- Odoo -----------------------------------------------------------------------------------------
# ODOO_SOURCE: a source checkout of Odoo 19, or the folder an official image or package puts it in
# (/usr/lib/python3/dist-packages). Without it: the copy that setup/prepare unpacked.
ODOO_HOME="$SHARED/odoo-$ODOO_VERSION"
odoo_library() {
    if [ -z "${ODOO_SOURCE:-}" ]; then echo "$ODOO_HOME/usr/lib/python3/dist-packages"
    else (cd "$ODOO_SOURCE" && pwd -P); fi
}
odoo_program() {
    local library; library="$(odoo_library)"
    if [ -z "${ODOO_SOURCE:-}" ]; then echo "$ODOO_HOME/usr/bin/odoo"
    elif [ -f "$library/odoo-bin" ]; then echo "$library/odoo-bin"
    elif [ -f /usr/bin/odoo ]; then echo /usr/bin/odoo
    else die "ODOO_SOURCE=$ODOO_SOURCE has no odoo-bin, and there is no /usr/bin/odoo"; fi
}
# Folders with addons: ours, Odoo's (a source checkout keeps most of them in addons/), OCA's wheels.
addons_path() {
    local library paths folder; library="$(odoo_library)"
    paths="$library/odoo/addons,$VENV/lib/$PYTHON/site-packages/odoo/addons"
    [ -f "$library/odoo/addons/account/__manifest__.py" ] || paths="$library/addons,$paths"
    for folder in "${ADDON_FOLDERS[@]}"; do
        ! compgen -G "$folder/*/__manifest__.py" > /dev/null || paths="$folder,$paths"
    done
    echo "$paths"
}

# ---- running Odoo ---------------------------------------------------------------------------------
write_config() {  # write_config FILE DATABASE PORT [OPTION=VALUE...]: an odoo.conf for this checkout
    local file="$1" database="$2" port="$3"; shift 3
    mkdir -p "$(dirname "$file")" "$RUN/data"
    {
        echo "# written by setup/; changes are overwritten"
        echo "[options]"
        echo "addons_path = $(addons_path)"
        echo "data_dir = $RUN/data"
        echo "db_host = $PGHOST"
        echo "db_port = ${PGPORT:-5432}"
        echo "db_user = ${PGUSER:-}"
        [ -z "${PGPASSWORD:-}" ] || echo "db_password = $PGPASSWORD"
        echo "db_name = $database"
        echo "list_db = False"
        echo "http_interface = 127.0.0.1"
        echo "http_port = $port"
        echo "gevent_port = $(free_port)"
        echo "server_wide_modules = ${SERVER_WIDE:-base,rpc,web,queue_job}"
        echo "without_demo = True"
        for option in "$@"; do echo "${option%%=*} = ${option#*=}"; done
    } > "$file"
    chmod 600 "$file"
}

odoo_environment() {  # what every Odoo process of ours needs in its environment
    CONSTRUCTION_SYNC_KEY="${CONSTRUCTION_SYNC_KEY:-$(cat "$RUN/sync.key")}"
    export CONSTRUCTION_SYNC_KEY PATH="$ROOT/setup/bin:$VENV/bin:$PATH"
    export PYTHONDONTWRITEBYTECODE= QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}"
    unset PGDATABASE
}

run_odoo() { (odoo_environment; exec "$VENV/bin/python" "$(odoo_program)" "$@"); }

database_exists() { [ "$(psql -XAtc "SELECT 1 FROM pg_database WHERE datname = '$1'")" = 1 ]; }

clone_database() {  # clone_database FROM TO: database and filestore (its files never change: hard links do)
    createdb -T "$1" "$2"
    # A sequence copied by CREATE DATABASE still believes that its next values are in the write-ahead log of
    # the original: after a crash it would give them out again. Set anew, it logs what it gives.
    psql -Xq -d "$2" -o /dev/null -c "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass,
        coalesce(last_value, start_value), last_value IS NOT NULL) FROM pg_sequences"
    rm -rf "$RUN/data/filestore/$2"
    [ ! -d "$RUN/data/filestore/$1" ] || cp -al "$RUN/data/filestore/$1" "$RUN/data/filestore/$2"
}

drop_database() { dropdb --if-exists --force "$1" 2> /dev/null; rm -rf "$RUN/data/filestore/$1" "$RUN/data/$1.json"; }

free_port() { "$VENV/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
