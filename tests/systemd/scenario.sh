# shellcheck shell=bash disable=SC2034 # read by check.sh
# What check.sh puts the daemon through, and what it expects. Data only: adapt it here.

unit=docwarden.service
config=/etc/docwarden/docwarden.toml
key_file=/etc/docwarden/credentials/api-key

# Started as portal.service before the daemon; empty for no portal. It writes $key_file, and one of
# its people goes over the threshold soon after the start.
portal_command="/usr/local/bin/docwarden-sim-portal --port 8080 --api-key-file $key_file
    --workload demo --calm 2 --attack-files 60 --attack-spacing 20"

# How long to wait for what the daemon does by itself.
alert_seconds=30
record_seconds=10

# The MESSAGE_IDs of daemon/log/message_id.cpp.
id_alert=7f2944e6dc034ab8b84ec0ab0491bfe1
id_reload=bf87fc2ae73d4876b9ea55d7db159fa2
id_reload_rejected=fc3928a5af2e48ef927e0ddc30b2ed16

# Extended regular expression for the status text of a daemon that watches.
status_pattern='[[:alpha:]]'

# sed expressions that make the configuration another good one, and a bad one.
good_change='s/^threshold = 20$/threshold = 25/'
bad_change='s/^threshold = .*$/threshold = "many"/'

# A shorter watchdog than the shipped one, so that the test need not wait for 30 s.
watchdog_drop_in='[Service]
WatchdogSec=1s
RestartSec=100ms'
