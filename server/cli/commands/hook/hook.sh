# Answers a client's hook. The gateway is asked with curl, which starts several times faster than Node. Without curl, or
# if no gateway is running, hook.js does everything.
#
# Usage: /bin/sh hook.sh SOCKET NODE HOOK.JS CLIENT [OPTION...]
#   SOCKET  the gateway's socket, in the folder for such files
#
# The answers are described in protocol.ts. Status 1 means that the event was not recorded: clients must not make a call
# then, so its hook is followed by `|| exit 2`.
socket=${XDG_RUNTIME_DIR:-${TMPDIR:-/tmp}}/$1 node=$2 hook=$3
shift 3
# A client passes the variables of a project's settings to its hooks, and with these Node would run a program of it.
unset NODE_OPTIONS NODE_PATH
users_path=$PATH
# A program with the name of one of these may be in the path of a project.
PATH=/usr/bin:/bin

# A socket of another user would answer in the user's place.
if ! [ -O "$socket" ] || ! command -v curl >/dev/null; then
    PATH=$users_path
    exec "$node" "$hook" "$@"
fi
event=$(cat)
answer=$(
    # The separator is the control character 1F, which JSON does not contain. A pipe would start two more processes.
    IFS=
    exec curl --disable --silent --noproxy '*' --max-time 115 --unix-socket "$socket" --header 'Expect:' \
        --write-out '\n%{http_code}' --data-binary @- http://guardrail/ <<END
$*--program$hook$event
END
)
failure=$?
status=${answer##*
}
reason=${answer%
*}
case $failure/$status in
0/204)
    # Cursor expects JSON.
    [ "$1" != cursor ] || echo '{}'
    ;;
0/403)
    printf '%s\n' "$reason" >&2
    exit 2
    ;;
7/* | 0/409)
    PATH=$users_path
    printf '%s' "$event" | "$node" "$hook" "$@"
    ;;
*)
    echo 'Guardrail: the gateway did not answer.' >&2
    exit 1
    ;;
esac
