#!/bin/bash
# with_journald.sh COMMAND... - run a command beside a real systemd-journald of its own.
#
# journald lives in private mount and PID namespaces: its sockets and files lie on a tmpfs there and
# vanish with it, and the host's journal is neither seen nor touched. The command finds journald's
# process id in $JOURNALD_PID. The exit status is the command's own; 77 (for ctest: skipped) when
# this machine lets us have no such namespace or has no journald.
set -euo pipefail

journald=/lib/systemd/systemd-journald
skip() { printf 'with_journald: skipped: %s\n' "$*" >&2; exit 77; }

if [[ ${1:-} != --inside ]]; then
    [[ -x $journald ]] || skip "no $journald"
    command -v journalctl >/dev/null || skip 'no journalctl'
    namespaces=(--mount --pid --fork --kill-child --mount-proc)
    ((EUID == 0)) || namespaces+=(--user --map-root-user)
    unshare "${namespaces[@]}" true 2>/dev/null || skip 'no right to make namespaces'
    exec unshare "${namespaces[@]}" -- bash "$0" --inside "$@"
fi
shift

for folder in /run/systemd /run/log /var/log/journal; do
    [[ ! -d $folder && $folder == /var/* ]] && continue
    mkdir -p "$folder" 2>/dev/null || skip "cannot make $folder"
    mount -t tmpfs -o mode=0755 journald-test "$folder" || skip "cannot mount on $folder"
done
mkdir -p /run/systemd/journal /run/systemd/journald.conf.d
# Nothing of the kernel's: neither its log nor its audit settings are ours to touch.
printf '%s\n' '[Journal]' Storage=volatile ReadKMsg=no Audit= ForwardToSyslog=no ForwardToWall=no \
    RateLimitIntervalSec=0 >/run/systemd/journald.conf.d/test.conf
# journald does not start without one, and in a container the file may be empty.
tr -d - </proc/sys/kernel/random/uuid >/run/systemd/machine-id
mount --bind /run/systemd/machine-id /etc/machine-id 2>/dev/null || skip 'no /etc/machine-id'

"$journald" &
export JOURNALD_PID=$!
for ((try = 0; try < 200; ++try)); do
    journalctl --sync 2>/dev/null && break
    kill -0 "$JOURNALD_PID" 2>/dev/null || skip 'journald ended at once'
    sleep 0.05
done
((try < 200)) || skip 'journald did not get ready'

# Not exec: this shell is the namespace's init, and the end of it ends journald.
status=0
"$@" || status=$?
exit "$status"
