#!/bin/bash
# Runs as root inside the booted system of boot_test.sh. Each line says what was found; the exit
# status is 1 when one of them is "not ok". What is expected stands in scenario.sh.
# Many functions are called through `holds` and `wait_for`; the other names come from scenario.sh.
# shellcheck disable=SC2317,SC1091,SC2154
set -uo pipefail
. /ci/scenario.sh

failed=0
ok() { printf 'ok      %s\n' "$*"; }
not_ok() { printf 'not ok  %s\n' "$*"; failed=1; }
property() { systemctl show --property="$1" --value "$unit"; }

# expect WHAT ACTUAL WANTED
expect() { if [[ $2 == "$3" ]]; then ok "$1: $2"; else not_ok "$1: '$2' instead of '$3'"; fi; }

# holds WHAT COMMAND...: the command succeeds
holds() { if "${@:2}"; then ok "$1"; else not_ok "$1"; fi; }
contains() { [[ $1 == *"$2"* ]]; }
in_journal() { journalctl --sync && journalctl --quiet "${@:2}" | grep -qi -- "$1"; }

# The journal's entries of the daemon under that MESSAGE_ID, one JSON object a line.
entries() {
    journalctl --sync
    journalctl --quiet --all --output=json "MESSAGE_ID=$1" _SYSTEMD_UNIT="$unit"
}

# wait_for SECONDS COMMAND...: other processes can only be asked again and again.
wait_for() {
    local end=$((SECONDS + $1 + 1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.1
    done
}

# has_entries ID COUNT: at least so many
has_entries() { (($(entries "$1" | wc -l) >= $2)); }

start_fresh() {
    systemctl stop "$unit"
    systemctl reset-failed "$unit" 2>/dev/null
    systemctl start "$unit"
}

# The daemon must end with 78 (EX_CONFIG), and systemd must leave it at that.
refuses_to_start() {
    start_fresh 2>/dev/null && not_ok "$1: systemctl start succeeded"
    expect "$1: exit status" "$(property ExecMainStatus)" 78
    expect "$1: state" "$(property ActiveState)" failed
    expect "$1: restarts" "$(property NRestarts)" 0
}

check_system() {
    expect 'the system is up' "$(systemctl is-system-running --wait)" running
    journalctl --update-catalog || not_ok 'the catalogue does not compile'
    systemd-tmpfiles --create docwarden.conf || not_ok 'systemd-tmpfiles failed'
    expect 'the credentials folder' "$(stat -c '%a %U' "${key_file%/*}")" '700 root'
    local complaints
    complaints=$(systemd-analyze verify --man=no "$unit" 2>&1)
    expect 'systemd-analyze verify says' "$complaints" ''
}

check_missing_key() {
    rm -f "$key_file"
    refuses_to_start 'missing key'
    holds 'missing key: the journal says so' in_journal key -o cat "_SYSTEMD_UNIT=$unit"
}

check_bad_config() {
    (umask 077 && echo not-a-real-key >"$key_file")
    cp "$config" /ci/good.toml
    sed -i "$bad_change" "$config"
    refuses_to_start 'bad configuration'
    cp /ci/good.toml "$config"
    rm -f "$key_file"
}

start_portal() {
    if [[ -z $portal_command ]]; then
        (umask 077 && echo not-a-real-key >"$key_file")
        return
    fi
    # shellcheck disable=SC2086 # words on purpose
    holds 'the portal starts' systemd-run --quiet --unit=portal.service $portal_command
    holds 'the portal wrote a key' wait_for "$record_seconds" test -s "$key_file"
}

is_dynamic_user() { (($1 >= 61184 && $1 <= 65519)); }
matches() { [[ $1 =~ $2 ]]; }

check_start() {
    holds 'systemctl start returns after READY' start_fresh
    expect 'state' "$(property ActiveState)/$(property SubState)" active/running
    local text user
    text=$(property StatusText)
    holds "status text: '$text'" matches "$text" "$status_pattern"
    user=$(ps -o uid= -p "$(property MainPID)" | tr -d ' ')
    holds "runs as dynamic user '$user'" is_dynamic_user "${user:-0}"
    expect 'the state folder' "$(stat -c %a /var/lib/private/docwarden)" 700
    systemd-analyze security --no-pager --threshold=11 "$unit" >/ci/security.log ||
        not_ok "exposure: $(tail -1 /ci/security.log)"
}

check_alert() {
    if ! wait_for "$alert_seconds" has_entries "$id_alert" 1; then
        not_ok 'no alert in the journal under its MESSAGE_ID'
        return
    fi
    local entry
    entry=$(entries "$id_alert" | head -1)
    holds 'alert: PRIORITY 2' contains "$entry" '"PRIORITY":"2"'
    holds 'alert: kind' contains "$entry" '"DOCWARDEN_KIND":"alert"'
    holds 'alert: native' contains "$entry" '"_TRANSPORT":"journal"'
    holds 'alert: journalctl -x explains it' \
        in_journal 'Defined-By: docwarden' -x "MESSAGE_ID=$id_alert"
}

# check_reload NAME SED_EXPRESSION ID
check_reload() {
    local pid before
    pid=$(property MainPID)
    before=$(entries "$3" | wc -l)
    sed -i "$2" "$config"
    holds "$1: systemctl reload" systemctl reload "$unit"
    holds "$1: recorded under its MESSAGE_ID" \
        wait_for "$record_seconds" has_entries "$3" $((before + 1))
    holds "$1: active afterwards" wait_for "$record_seconds" systemctl --quiet is-active "$unit"
    expect "$1: same process" "$(property MainPID)" "$pid"
    cp /ci/good.toml "$config"
}

check_stop() {
    local begin took
    begin=$(date +%s%N)
    systemctl stop "$unit"
    took=$((($(date +%s%N) - begin) / 1000000))
    holds "stopped in $took ms, allowed are 1000" test "$took" -lt 1000
    expect 'stop: result' "$(property Result)/$(property ExecMainStatus)" success/0
}

restarted() { (($(property NRestarts) >= 1)) && systemctl --quiet is-active "$unit"; }

check_watchdog() {
    mkdir -p "/run/systemd/system/$unit.d"
    printf '%s\n' "$watchdog_drop_in" >"/run/systemd/system/$unit.d/watchdog.conf"
    systemctl daemon-reload
    holds 'watchdog: starts with the drop-in' start_fresh
    # It stays alive over several intervals only if it really reports.
    sleep 3
    expect 'watchdog: restarts while all is well' "$(property NRestarts)" 0
    kill -STOP "$(property MainPID)"
    holds 'watchdog: a hanging daemon is killed and restarted' wait_for 15 restarted
    holds 'watchdog: systemd says why' in_journal 'Watchdog timeout' -o cat -u "$unit"
    rm -r "/run/systemd/system/$unit.d"
    systemctl daemon-reload
}

check_secret() {
    local key
    key=$(cat "$key_file")
    journalctl --sync
    if journalctl --quiet --all -o export | grep -qaF -- "$key"; then
        not_ok 'the API key is in the journal'
    else
        ok 'the API key is not in the journal'
    fi
}

check_system
check_missing_key
check_bad_config
start_portal
check_start
check_alert
check_reload 'good reload' "$good_change" "$id_reload"
check_reload 'bad reload' "$bad_change" "$id_reload_rejected"
check_stop
check_watchdog
check_stop
check_secret
exit "$failed"
