#!/bin/bash
# unit_test.sh SOURCE_DIR WHAT - checks of the shipped systemd files that need no running systemd.
# WHAT is verify, security, catalog or tmpfiles. 77 (for ctest: skipped) without systemd's tools.
set -euo pipefail

source_dir=$1/systemd
skip() { printf 'unit_test: skipped: %s\n' "$*" >&2; exit 77; }
fail() { printf 'unit_test: %s\n' "$*" >&2; exit 1; }
need() { command -v "$1" >/dev/null || skip "no $1"; }

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

case $2 in
    verify)
        need systemd-analyze
        # A copy, because verify wants the program to exist, which is not installed here.
        sed 's#^ExecStart=/usr/sbin/docwarden #ExecStart=/bin/true #' \
            "$source_dir/docwarden.service" >"$work/docwarden.service"
        grep -q '^ExecStart=/bin/true ' "$work/docwarden.service" || fail 'ExecStart= has changed'
        # It exits 0 for unknown keys and bad values, and only prints them: silence is the test.
        output=$(systemd-analyze verify --man=no "$work/docwarden.service" 2>&1) ||
            fail "verify failed: $output"
        [[ -z $output ]] || fail "verify complains: $output"
        ;;
    security)
        need systemd-analyze
        systemd-analyze security --offline=true --threshold=11 --no-pager \
            "$source_dir/docwarden.service" || fail 'exposure is above 1.1'
        ;;
    catalog)
        need journalctl
        mkdir -p "$work/usr/lib/systemd/catalog" "$work/var/lib/systemd/catalog"
        cp "$source_dir/docwarden.catalog" "$work/usr/lib/systemd/catalog/"
        output=$(journalctl --root="$work" --update-catalog 2>&1) ||
            fail "the catalogue does not compile: $output"
        [[ -z $output ]] || fail "journalctl complains: $output"
        wanted=$(grep -c '^-- ' "$source_dir/docwarden.catalog")
        compiled=$(journalctl --root="$work" --list-catalog | grep -c ' docwarden: ')
        ((wanted == compiled)) || fail "$wanted entries, $compiled of them compiled"
        ;;
    tmpfiles)
        need systemd-tmpfiles
        output=$(systemd-tmpfiles --create --root="$work" "$source_dir/docwarden.tmpfiles" 2>&1) ||
            fail "systemd-tmpfiles failed: $output"
        mode=$(stat -c %a "$work/etc/docwarden/credentials")
        [[ $mode == 700 ]] || fail "the credentials folder has mode $mode"
        ;;
    *) fail "unknown check: $2" ;;
esac
