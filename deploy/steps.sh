#!/bin/sh
# Every step of the image, so that a machine without a container engine can take the same ones.
#
#   steps.sh build WHEELS            build the wheel of this checkout into the folder WHEELS
#   steps.sh install WHEELS PREFIX   install it, and what it needs by its hashes, into a new PREFIX
#   steps.sh secrets FOLDER [HOST]   make what compose.yaml asks for and FOLDER lacks: to try it out
#   steps.sh start [OPTION…]         serve; further options go to `cynod sandbox`
#   steps.sh health                  exit 0 when the server answers that it is well
#
# start and health read: CYNOD_PREFIX (where it is installed), CYNOD_SECRETS (chain.pem, key.pem, and if there are any
# postgres_password and partners.toml), CYNOD_STATE (a folder that it may write), CYNOD_DATABASE (a URL without password),
# CYNOD_HOST, CYNOD_PORT.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
prefix=${CYNOD_PREFIX:-/opt/cynod}
secrets=${CYNOD_SECRETS:-/run/secrets}
state=${CYNOD_STATE:-/var/lib/cynod}
port=${CYNOD_PORT:-8443}

build() {
    mkdir -p "$1"
    tools=$(mktemp -d)
    "${PYTHON:-python3}" -m venv "$tools"
    "$tools/bin/pip" install --quiet --no-cache-dir --require-hashes -r "$root/requirements/build.txt"
    "$tools/bin/pip" wheel --quiet --no-deps --no-build-isolation --wheel-dir "$1" "$root"
    rm -rf "$tools"
}

install() {
    "${PYTHON:-python3}" -m venv "$2"
    "$2/bin/pip" install --quiet --no-cache-dir --require-hashes \
        -r "$root/requirements/sandbox.txt" -r "$root/requirements/postgres.txt"
    "$2/bin/pip" install --quiet --no-index --no-deps "$1"/cynod-*.whl
}

secrets() {
    mkdir -p "$1"
    chmod 0700 "$1" # what is in it may be read by the image's user, to whom the files alone are shown
    umask 022
    [ -e "$1/postgres_password" ] || openssl rand -hex 24 >"$1/postgres_password"
    [ -e "$1/chain.pem" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 90 \
        -subj "/CN=${2:-localhost}" -addext "subjectAltName=DNS:${2:-localhost},IP:127.0.0.1" \
        -keyout "$1/key.pem" -out "$1/chain.pem" 2>/dev/null
    chmod 0644 "$1"/*
}

start() {
    if [ -e "$secrets/postgres_password" ]; then
        PGPASSWORD=$(cat "$secrets/postgres_password") # libpq reads it: no password stands on a command line
        export PGPASSWORD
    fi
    if [ -e "$secrets/partners.toml" ]; then
        set -- --partners "$secrets/partners.toml" "$@"
    else
        set -- --write-config "$state/cynod.toml" "$@"
    fi
    exec "$prefix/bin/cynod" sandbox --host "${CYNOD_HOST:-0.0.0.0}" --port "$port" --log-format json \
        --tls-cert "$secrets/chain.pem" --tls-key "$secrets/key.pem" --database "${CYNOD_DATABASE:-sqlite://}" "$@"
}

health() {
    # The certificate is not looked at: this asks the process beside it, whatever name it goes by.
    exec "$prefix/bin/python" - "$port" <<'PYTHON'
import http.client, ssl, sys
from cynod_sandbox._generated.contract import Contract

operation = Contract.load().find("health")
context = ssl._create_unverified_context()
connection = http.client.HTTPSConnection("127.0.0.1", int(sys.argv[1]), timeout=4, context=context)
try:
    connection.request(operation.method, operation.path)
    sys.exit(connection.getresponse().status != operation.success.status)
except OSError as error:
    sys.exit(f"no answer: {error}")
PYTHON
}

case ${1:-} in
build | install | secrets | start | health) "$@" ;;
*) sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p;}' "$0" >&2 && exit 2 ;;
esac
