"""Runs docwarden against a portal and tells in sentences what happens.

Started by scripts/demo, which has built the programs. `simulated` starts the simulated portal, on
which an account is stolen, and checks that the story comes out right; `observe` watches a real
portal with rules that only observe. It decides nothing about events: all that it tells is from the
records of docwarden, or read back from the simulated portal.
"""

import argparse
import json
import re
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta, timezone

from demo_stage import Failure, Narrator, Stage, fetch, moment_of, shipped_rules, style_of
from demo_stage import write_config

# The set "change", written down again on purpose: this count is to be independent of docwarden's.
CHANGES = {5000, 5001, 5002, *range(5011, 5019), 5034, 5035, 5044, 5099, 5119}
VICTIM = "mia"  # of the simulated portal's workload "demo"
BUSY = "clara"  # ... who is honest, and close to the threshold


def crossing_of(events, threshold, window):
    """When the (threshold + 1)-th distinct file within the window was changed, counted naively."""
    changes = [event for event in events if event["action"] in CHANGES]
    for last in changes:
        end = datetime.fromisoformat(last["date"])
        in_window = {
            event["target"]
            for event in changes
            if event["at"] <= last["at"] and datetime.fromisoformat(event["date"]) >= end - window
        }
        if len(in_window) > threshold:
            return datetime.fromisoformat(last["at"])
    return None


def length_of(seconds):
    return f"{seconds:.2f} s" if seconds >= 0.1 else f"{seconds * 1000:.0f} ms"


def distinct_now(events, now, window):
    return len(
        {
            event["target"]
            for event in events
            if event["action"] in CHANGES and datetime.fromisoformat(event["date"]) >= now - window
        }
    )


class SimulatedStory:
    """The office, the busy co-worker, the thief, and what became of them."""

    POLL_INTERVAL = "1s"
    RULE = "bulk-change"

    def __init__(self, stage):
        self.stage = stage
        self.narrator = stage.narrator
        self.records = []
        self.portal_lines = []
        self.portal = ""
        rule = next(one for one in shipped_rules() if one["name"] == self.RULE)
        self.threshold = rule["threshold"]
        minutes = int(rule["window"].removesuffix("m"))
        self.window_text = f"{minutes} minutes"
        self.window = timedelta(minutes=minutes)

    def records_of(self, kind):
        return [one for one in self.records if one["DOCWARDEN_KIND"] == kind]

    def listen(self, until, seconds, what=None):
        """Tells what is said until `until()` holds. In vain is a failure if `what` was awaited."""
        deadline = time.monotonic() + seconds
        while not until():
            said = self.stage.next_line(deadline)
            if said is None:
                if what:
                    raise Failure(f"{what} did not happen within {seconds} seconds")
                return
            self.hear(*said)

    def hear(self, name, line):
        if name == "docwarden":
            record = json.loads(line)
            self.records.append(record)
            text = record["MESSAGE"]
            self.narrator.event(moment_of(record), name, text, style_of(record))
            return
        if line.startswith("listening on "):
            self.portal = line.removeprefix("listening on ")
            return
        self.portal_lines.append(line)
        told = re.fullmatch(r"(\d\d:\d\d:\d\d)  portal: (.*)", line)
        # These two docwarden says itself, and sooner: the portal's story is told by the tick.
        is_known = "first request" in line or "has been disabled" in line
        if told and not is_known:
            self.narrator.event(datetime.strptime(told[1], "%H:%M:%S"), name, told[2])

    def note(self, text, style=None):
        self.narrator.event(datetime.now(timezone.utc), "demo", text, style)

    def ask_portal(self, what):
        return fetch(f"{self.portal}/sim/{what}")

    def changed_files(self, person):
        now = datetime.fromisoformat(self.ask_portal("clock")["now"])
        return distinct_now(self.ask_portal(f"events?userId={person}")["events"], now, self.window)

    def play(self):
        self.narrator.say()
        self.narrator.say(
            f"A simulated portal, and docwarden with the shipped rules: more than {self.threshold} "
            f"distinct files changed by one user within {self.window_text}, and the account is "
            "disabled. Changed for the demonstration: addresses and the key's file, and the portal "
            f"is asked every {self.POLL_INTERVAL}. Times are UTC.",
            "strong",
        )
        self.narrator.say()
        self.start()
        self.office()
        self.attack()
        return self.end()

    def start(self):
        key_file = self.stage.path / "api-key"
        config = self.stage.path / "docwarden.toml"
        self.stage.start(
            "portal", "stdout", "tests/portal/docwarden-sim-portal",
            "--port", 0, "--api-key-file", key_file, "--workload", "demo", "--story",
            "--log-file", self.stage.path / "requests.log",
        )  # fmt: skip
        self.listen(lambda: self.portal, 20, "the start of the simulated portal")
        write_config(config, self.portal, key_file, self.POLL_INTERVAL)
        self.stage.start_docwarden(config)
        self.listen(lambda: self.records_of("ready"), 20, "the first complete reading")

    def office(self):
        people = self.ask_portal("users")["users"]
        self.note(
            f"The office works: {len(people)} accounts, "
            f"{self.records_of('ready')[0]['DOCWARDEN_ROWS']} audit records of the last half hour."
        )
        files = self.changed_files(BUSY)
        if files > self.threshold:
            raise Failure(f"the honest co-worker has changed {files} files: the story is wrong")
        self.note(
            f"Clara Busch is busy and honest: {files} distinct files changed within "
            f"{self.window_text}. That is not more than {self.threshold}: nothing happens to her."
        )

    def attack(self):
        self.listen(lambda: self.records_of("contained"), 60, "the confirmed disable")
        is_over = lambda: any("session has ended" in line for line in self.portal_lines)
        self.listen(is_over, 10, "the end of the stolen session")
        self.note("A few more seconds, to see that nothing else happens.")
        self.listen(lambda: False, 4)

    def end(self):
        started = self.records_of("started")[0]
        scan = fetch(f"http://127.0.0.1:{started['DOCWARDEN_ADMIN_PORT']}/security/scan")
        users = self.ask_portal("users")["users"]
        facts = {
            "users": {user["userName"]: user for user in users},
            "disables": self.ask_portal("disables")["disables"],
            "requests": self.ask_portal("requests")["requests"],
            "victim": self.ask_portal(f"events?userId={VICTIM}")["events"],
            "busy_files": self.changed_files(BUSY),
            "findings": scan["portals"][0]["findings"],
        }
        facts["status"], facts["seconds"] = self.stage.programs["docwarden"].stop()
        # The pipe is at its end once the last record is read.
        try:
            self.listen(lambda: False, 5)
        except Failure:
            pass
        facts["portal_status"], _ = self.stage.programs["portal"].stop()
        self.tell_times(facts)
        return self.judge(facts)

    def tell_times(self, facts):
        crossed = crossing_of(facts["victim"], self.threshold, self.window)
        alerts = self.records_of("alert")
        contained = self.records_of("contained")
        if crossed is None or not alerts or not contained:
            return
        decided = moment_of(alerts[0])
        confirmed = moment_of(contained[0])
        total = (confirmed - crossed).total_seconds()
        waited = (decided - crossed).total_seconds()
        acted = (confirmed - decided).total_seconds()
        self.narrator.say()
        self.narrator.say(
            f"From the change of file number {self.threshold + 1} to the confirmed disable: "
            f"{length_of(total)}.",
            "strong",
        )
        self.narrator.say(
            f"Of that, {length_of(waited)} passed until the next poll read it (poll_interval is "
            f"{self.POLL_INTERVAL} here and 15s as shipped), and docwarden took {length_of(acted)} "
            "to look at the account, disable it and read its status back."
        )
        self.narrator.say()

    def judge(self, facts):
        """Prints what was checked; true if all of it is as it should be."""
        victim = facts["users"][VICTIM]
        alerts = self.records_of("alert")
        changing = [one for one in facts["requests"] if one["method"] != "GET"]
        bystanders = [one for name, one in facts["users"].items() if name != VICTIM]
        loud = [one for one in self.records if int(one["PRIORITY"]) <= 4 and one not in alerts]
        checks = [
            (
                [one["DOCWARDEN_USER_ID"] for one in alerts] == [victim["id"]]
                and alerts[0]["DOCWARDEN_RULE"] == self.RULE
                and int(alerts[0]["DOCWARDEN_COUNT"]) > self.threshold,
                f"one alert, about {victim['displayName']}, by rule {self.RULE}",
            ),
            (
                facts["disables"] == {victim["id"]: {"asked": 1, "effective": 1}}
                and len(changing) == 1,
                f"the portal saw {len(facts['requests'])} requests, of which {len(changing)} "
                "changed anything: the disable",
            ),
            (victim["status"] == 2, f"{victim['displayName']} is disabled on the portal"),
            (
                all(one["status"] == 1 for one in bystanders)
                and facts["busy_files"] <= self.threshold,
                f"all {len(bystanders)} others are active, Clara Busch with "
                f"{facts['busy_files']} changed files among them",
            ),
            (
                [one["state"] for one in facts["findings"]] == ["contained"],
                "GET /security/scan lists one finding, in state contained",
            ),
            (not loud, "no warning, no error"),
            (
                facts["status"] == 0 and facts["portal_status"] == 0,
                f"docwarden ended cleanly, {facts['seconds']:.2f} seconds after SIGTERM",
            ),
        ]
        for is_right, text in checks:
            mark = self.narrator.paint("ok    ", "good")
            if not is_right:
                mark = self.narrator.paint("WRONG ", "alarm")
            print(f"{mark}{text}", flush=True)
        return all(is_right for is_right, _ in checks)


class Observation:
    """A real portal under rules that only observe."""

    def __init__(self, stage, portal, key_file, duration):
        self.stage = stage
        self.narrator = stage.narrator
        self.portal = portal
        self.key_file = key_file
        self.duration = duration
        self.responses = {rule["name"]: rule["response"] for rule in shipped_rules()}
        self.observed = []
        self.is_ready = False

    def play(self):
        config = self.stage.path / "docwarden.toml"
        write_config(config, self.portal, self.key_file, only_observe=True)
        self.narrator.say()
        self.narrator.say(
            f"OBSERVE ONLY: docwarden reads the audit trail of {self.portal} and disables nobody. "
            "It sends no request that changes anything.",
            "strong",
        )
        self.narrator.say()
        command = [self.stage.build / "daemon/docwarden", "check", "--config", config]
        if subprocess.run(command, check=False).returncode != 0:
            raise Failure("docwarden cannot work for the reasons above")
        self.narrator.say()
        until = f"for {self.duration}" if self.duration else "until Ctrl-C"
        self.narrator.say(f"Watching {until}. Times are UTC.", "strong")
        self.stage.start_docwarden(config)
        try:
            self.watch()
        except KeyboardInterrupt:
            print(flush=True)
        status, _ = self.stage.programs["docwarden"].stop()
        self.sum_up()
        # Ctrl-C on a terminal reaches docwarden as well, and it ends in the same orderly way.
        return status == 0 and self.is_ready

    def watch(self):
        deadline = None
        if self.duration:
            units = {"s": 1, "m": 60, "h": 3600}
            length = int(self.duration[:-1]) * units[self.duration[-1]]
            deadline = time.monotonic() + length
        while said := self.stage.next_line(deadline):
            self.hear(json.loads(said[1]))

    def hear(self, record):
        kind = record["DOCWARDEN_KIND"]
        self.is_ready = self.is_ready or kind == "ready"
        text, style = record["MESSAGE"], style_of(record)
        if kind == "observed":
            self.observed.append(record)
            response = self.responses[record["DOCWARDEN_RULE"]]
            would = {"disable": "WOULD ALERT AND DISABLE: ", "alert": "WOULD ALERT: "}
            text, style = would.get(response, "") + text.removeprefix("Observed: "), "alarm"
        self.narrator.event(moment_of(record), "docwarden", text, style)

    def sum_up(self):
        self.narrator.say()
        if not self.is_ready:
            self.narrator.say("The audit trail was never read completely: see above.", "alarm")
            return
        disabled = {
            one["DOCWARDEN_USER_ID"]
            for one in self.observed
            if self.responses[one["DOCWARDEN_RULE"]] == "disable"
        }
        self.narrator.say(
            "Nothing was done. With the shipped responses: alerts "
            f"{len(self.observed)}, disabled accounts {len(disabled)}.",
            "strong",
        )


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, help="the folder that the programs are built in")
    modes = parser.add_subparsers(dest="mode", required=True)
    modes.add_parser("simulated")
    observe = modes.add_parser("observe")
    observe.add_argument("--portal", required=True)
    observe.add_argument("--api-key-file", required=True)
    observe.add_argument("--duration")
    return parser.parse_args()


def interrupt(*_):
    raise KeyboardInterrupt


def main():
    arguments = parse_arguments()
    # However this is ended, the programs end and the folder goes.
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, interrupt)
    narrator = Narrator()
    try:
        with Stage(arguments.build, narrator) as stage:
            if arguments.mode == "simulated":
                is_right = SimulatedStory(stage).play()
            else:
                story = Observation(
                    stage, arguments.portal, arguments.api_key_file, arguments.duration
                )
                is_right = story.play()
    except Failure as problem:
        narrator.say(f"demo: {problem}", "alarm")
        return 1
    except KeyboardInterrupt:
        narrator.say("demo: interrupted; everything is stopped and removed")
        return 130
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
