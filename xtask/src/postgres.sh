# A PostgreSQL that lives as long as somebody holds our standard input open: when whoever started
# us ends, however it ends, the pipe closes, and the server and its folder go.
# Run as `sh -c`, as a user other than root; $1 is the folder of PostgreSQL's programs. Where there is a $2, it
# is the folder of data that stays, which is made where it is missing.
# The one line that we print is the folder of the server's socket.
set -eu
# Ctrl-C goes to everybody on the terminal. We wait for the pipe instead, to clean up in order.
trap '' INT
umask 077
export LC_ALL=C.UTF-8
programs=$1
folder=$(mktemp -d /tmp/muster-postgres.XXXXXX)
data=${2:-$folder/data}
server=
finish() {
    if [ -n "$server" ]; then
        # What it holds is thrown away, mostly: no need for it to write anything down.
        signal=QUIT
        if [ "$data" != "$folder/data" ]; then signal=INT; fi
        kill -$signal "$server" 2>/dev/null && wait "$server" 2>/dev/null || true
    fi
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' HUP TERM

# A language's collation, as most installations have: whatever forgets COLLATE "C" shows here.
if [ ! -e "$data/PG_VERSION" ]; then
    "$programs/initdb" --pgdata="$data" --username=muster --auth=trust --no-sync \
        --encoding=UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en \
        >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }
fi
"$programs/postgres" -D "$data" -k "$folder" -c listen_addresses= -c max_connections=300 \
    -c shared_buffers=512MB -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
    >"$folder/server.log" 2>&1 </dev/null &
server=$!
tries=0
until "$programs/pg_isready" --quiet --host="$folder" --username=muster --dbname=postgres; do
    tries=$((tries + 1))
    if [ $tries -gt 600 ] || ! kill -0 "$server" 2>/dev/null; then
        cat "$folder/server.log" >&2
        exit 1
    fi
    sleep 0.1
done
echo "$folder"
read -r _ || true
