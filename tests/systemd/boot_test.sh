#!/bin/bash
# boot_test.sh - docwarden under a real, booted systemd: its unit, its sandbox, its journal.
#
#   boot_test.sh --binary build/dev/daemon/docwarden \
#                --portal-binary build/dev/tests/portal/docwarden-sim-portal
#
# A Debian root folder (made once by mmdebstrap and kept in the cache) is booted by systemd-nspawn
# below an overlay whose upper layer is memory, with a network of its own that has no way out.
# Inside, check.sh runs with what scenario.sh says. Needs root. Nothing stays on this machine but
# the cache: the mounts live in a private mount namespace, the processes in groups of the run.
#
# Exit status: 0 all checks passed; 1 some failed; 124 the time limit ran out; 125 the checks never
# ran; 77 (for ctest: skipped) with --optional where 125 would be.
#
#   --binary FILE         the daemon (required)
#   --portal-binary FILE  the simulated portal; without it scenario.sh must do without a portal
#   --scenario FILE       what check.sh is to expect (default: scenario.sh beside this file)
#   --config FILE         docwarden.toml inside (default: scenario.toml beside this file)
#   --suite NAME          Debian suite of the root (default: bookworm)
#   --cache DIR           where roots are kept (default: /var/cache/docwarden-boot-test)
#   --out DIR             keep check.log, console.log and the journal there
#   --timeout SECONDS     for boot, checks and shutdown together (default: 120)
#   --optional            cannot be set up here: skip rather than fail, and install nothing
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
source_dir=$(cd "$here/../.." && pwd)
binary='' portal_binary='' scenario=$here/scenario.sh config=$here/scenario.toml suite=bookworm
cache=/var/cache/docwarden-boot-test out='' limit=120 optional=0

# Part of the cached root's name: another list makes another root.
packages=systemd,systemd-sysv,dbus,libnss-systemd,ca-certificates,procps
# Units of a plain Debian that have nothing to do here but take time.
masked=(apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer
    getty.target console-getty.service emergency.service rescue.service systemd-networkd.service
    systemd-networkd.socket systemd-networkd-wait-online.service systemd-resolved.service
    systemd-timesyncd.service)

say() { printf 'boot_test: %s\n' "$*" >&2; }
give_up() {
    say "$*"
    ((optional)) && exit 77
    exit 125
}

parse_arguments() {
    while (($#)); do
        case $1 in
            --optional) optional=1; shift; continue ;;
            --binary) binary=$2 ;;
            --portal-binary) portal_binary=$2 ;;
            --scenario) scenario=$2 ;;
            --config) config=$2 ;;
            --suite) suite=$2 ;;
            --cache) cache=$2 ;;
            --out) out=$2 ;;
            --timeout) limit=$2 ;;
            *) give_up "unknown argument: $1" ;;
        esac
        shift 2
    done
    local file
    for file in "$binary" "$scenario" "$config" ${portal_binary:+"$portal_binary"}; do
        [[ -f $file ]] || give_up "no such file: '$file'"
    done
    ((EUID == 0)) || give_up 'needs root'
}

install_tools() {
    local missing=()
    command -v systemd-nspawn >/dev/null || missing+=(systemd-container)
    command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
    ((${#missing[@]})) || return 0
    ((!optional)) || give_up "missing packages: ${missing[*]}"
    say "installing ${missing[*]}"
    apt-get -q -o DPkg::Lock::Timeout=300 update >/dev/null || give_up 'apt-get update failed'
    DEBIAN_FRONTEND=noninteractive apt-get -qy -o DPkg::Lock::Timeout=300 install \
        --no-install-recommends "${missing[@]}" >/dev/null || give_up 'apt-get install failed'
}

# Sets $lower to a complete root folder. It appears under its name only when it is complete, and
# under a lock, so that several runs may share the cache.
make_root() {
    lower=$cache/$suite-$(sha256sum <<<"$suite $packages" | cut -c1-12)
    mkdir -p "$cache"
    local lock
    exec {lock}>"$lower.lock"
    flock "$lock"
    if [[ ! -d $lower ]]; then
        say "making the $suite root, once"
        rm -rf --one-file-system -- "$lower.new"
        if ! mmdebstrap --quiet --variant=apt --include="$packages" \
            --aptopt='Acquire::Languages "none"' --dpkgopt='path-exclude=/usr/share/doc/*' \
            --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
            "$suite" "$lower.new" >&2; then
            rm -rf --one-file-system -- "$lower.new"
            give_up 'mmdebstrap failed'
        fi
        mv -T "$lower.new" "$lower"
    fi
    exec {lock}>&-
}

# shellcheck disable=SC2317 # called by the trap
cleanup() {
    local group try=0
    for group in ${groups[@]+"${groups[@]}"}; do
        [[ ! -e $group/cgroup.kill ]] || echo 1 >"$group/cgroup.kill" || true
    done
    if [[ -n $boot ]]; then
        kill -KILL "$boot" 2>/dev/null || true
        wait "$boot" 2>/dev/null || true
    fi
    for group in ${groups[@]+"${groups[@]}"}; do
        until find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || ((++try > 50)); do
            sleep 0.1
        done
        [[ ! -d $group ]] || say "left behind: $group"
    done
    umount -R "$work/root" "$work/memory" 2>/dev/null ||
        umount -Rl "$work/root" "$work/memory" 2>/dev/null || true
    rm -rf --one-file-system -- "$work"
}

# Without a service manager on this machine nobody makes a scope for nspawn. It would then put its
# own groups beneath ours, the root group perhaps; so it gets one per run, which also makes its end
# sure.
make_groups() {
    [[ ! -d /run/systemd/system ]] || return 0
    keep_unit=(--keep-unit)
    local tree
    for tree in /sys/fs/cgroup /sys/fs/cgroup/unified /sys/fs/cgroup/systemd; do
        [[ -e $tree/cgroup.procs ]] || continue
        mkdir "$tree/$name" || give_up "cannot make a control group in $tree"
        groups+=("$tree/$name")
    done
    ((${#groups[@]})) || give_up 'no control group tree that systemd could use is mounted'
    mkdir -p /run/systemd/nspawn
    mount -t tmpfs -o mode=0755 "$name" /run/systemd/nspawn
}

mount_overlay() {
    mkdir "$work/memory" "$root"
    mount -t tmpfs -o mode=0755 "$name" "$work/memory"
    mkdir "$work/memory/upper" "$work/memory/work"
    mount -t overlay "$name" "$root" \
        -o "lowerdir=$lower,upperdir=$work/memory/upper,workdir=$work/memory/work" ||
        give_up 'cannot mount an overlay'
}

# The libraries that the root lacks come along from this machine: what is tested is what was built
# here, whatever the suite calls its packages.
copy_with_libraries() {
    local library
    install -D -m 0755 "$1" "$root$2"
    while read -r library; do
        [[ -e $root$library || -e $root/usr$library ]] ||
            install -m 0755 "$library" "$root/usr/local/lib/"
    done < <(ldd "$1" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p')
}

fill_root() {
    local etc=$root/etc/systemd unit
    rm -rf "$root/var/log/journal" "$root/etc/machine-id" "$root/etc/hostname"
    mkdir -p "$etc/journald.conf.d" "$root/ci" "$root/var/log/journal"
    : >"$root/etc/machine-id"
    printf '[Journal]\nStorage=persistent\n' >"$etc/journald.conf.d/boot-test.conf"
    for unit in "${masked[@]}"; do ln -sfn /dev/null "$etc/system/$unit"; done

    copy_with_libraries "$binary" /usr/sbin/docwarden
    if [[ -n $portal_binary ]]; then
        copy_with_libraries "$portal_binary" /usr/local/bin/docwarden-sim-portal
    fi
    ldconfig -r "$root"
    local shipped=$source_dir/systemd
    install -m 0644 -D "$shipped/docwarden.service" -t "$root/lib/systemd/system"
    install -m 0644 -D "$shipped/docwarden.catalog" -t "$root/lib/systemd/catalog"
    install -m 0644 -D "$shipped/docwarden.tmpfiles" "$root/lib/tmpfiles.d/docwarden.conf"
    install -m 0644 -D "$config" "$root/etc/docwarden/docwarden.toml"
    install -m 0755 "$here/check.sh" "$root/ci/check"
    install -m 0644 "$scenario" "$root/ci/scenario.sh"

    # The checks end the machine, with their own exit status. They are no oneshot: that would keep
    # the boot's transaction open, and the system "starting", as long as they run.
    cat >"$etc/system/ci-check.service" <<'UNIT'
[Unit]
Description=The checks of docwarden's boot test
After=multi-user.target
SuccessAction=exit
FailureAction=exit
[Service]
Type=exec
WorkingDirectory=/ci
Environment=HOME=/root LC_ALL=C.UTF-8
ExecStart=/ci/check
StandardOutput=append:/ci/check.log
StandardError=inherit
UNIT
    cat >"$etc/system/ci-check.target" <<'UNIT'
[Unit]
Description=All that docwarden's boot test boots
Requires=ci-check.service
Wants=multi-user.target
UNIT
}

# --register=no: there may be no machined and no bus on this machine. bpf: else nspawn's own filter
# keeps the inner systemd from enforcing IPAddressDeny=, silently. The unified hierarchy: newer
# systemd refuses to boot on the mixed one that this machine may have.
boot() {
    (
        for group in ${groups[@]+"${groups[@]}"}; do echo "$BASHPID" >"$group/cgroup.procs"; done
        SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 exec timeout --kill-after=10 "$limit" systemd-nspawn \
            --quiet --directory="$root" --machine="$name" --hostname=boot-test --boot \
            --register=no ${keep_unit[@]+"${keep_unit[@]}"} --private-network \
            --system-call-filter=bpf --link-journal=no --resolv-conf=off --timezone=off \
            --console=read-only \
            systemd.unit=ci-check.target systemd.show_status=1 systemd.log_color=0
    ) </dev/null >"$work/memory/console.log" 2>&1 &
    boot=$!
    status=0
    wait "$boot" || status=$?
    boot=''
}

tell() {
    if [[ -e $root/ci/check.log ]]; then
        cat "$root/ci/check.log"
    else
        say 'the checks never ran; this is the console:'
        cat "$work/memory/console.log"
        ((status == 124)) || status=125
    fi
    if ((status != 0)); then
        say 'the journal of the failed run:'
        journalctl --no-pager --quiet --directory="$root/var/log/journal" -o short-precise \
            --lines=150 || true
    fi
    [[ -n $out ]] || return 0
    mkdir -p "$out"
    cp -r "$work/memory/console.log" "$root/var/log/journal" "$out/"
    [[ ! -e $root/ci/check.log ]] || cp "$root/ci/check.log" "$out/"
}

parse_arguments "$@"
if [[ -z ${DOCWARDEN_BOOT_TEST_INSIDE:-} ]]; then
    install_tools
    export DOCWARDEN_BOOT_TEST_INSIDE=1
    exec unshare --mount --propagation private -- bash "$0" "$@"
fi

lower='' boot='' status=0 groups=() keep_unit=()
make_root
work=$(mktemp -d /var/tmp/docwarden-boot-test.XXXXXX)
name=dwbt-${work##*.}
root=$work/root
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
make_groups
mount_overlay
fill_root
boot
tell
exit "$status"
