"""Kills a sweep at random moments and looks whether anything is lost.

    kill_sweep.py PODSIM STUDY FOLDER KILLS SEED

Starts `podsim sweep STUDY --resume` again and again in FOLDER and ends its parent or one of its workers by SIGKILL: anywhere
on the way, in the last moments (when the table is written and renamed), or while parts are merged. After each kill the
journal must still begin with every record that it had, and FILE.h5 must open; at the end its bytes must be those of a run
that nobody disturbed.
"""
import os
import pathlib
import random
import signal
import struct
import subprocess
import sys
import time


class Sweep:
    """The sweep under test, in a folder of its own."""

    def __init__(self, podsim, study, folder):
        self.podsim, self.study = podsim, study
        self.output = folder / "killed.h5"
        self.journal = folder / "killed.h5.journal"
        self.seen = b""

    def start(self, *options):
        command = [self.podsim, "sweep", self.study, "-o", str(self.output), "-j", "2", *options]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def finish(self, process):
        """Waits for a run that nobody kills any more."""
        errors = process.communicate()[1].decode()
        assert process.returncode == 0, errors

    def check(self):
        """Whatever was finished before is still there, and the file opens."""
        now = whole_records(self.journal.read_bytes()) if self.journal.exists() else b""
        assert now.startswith(self.seen) or self.is_complete(), "the journal has lost records"
        self.seen = now
        if self.output.exists():
            subprocess.run([self.podsim, "export", str(self.output), "--csv"], check=True, stdout=subprocess.DEVNULL)

    def is_complete(self):
        return self.output.exists() and not self.journal.exists()

    def forget(self):
        self.output.unlink()
        self.seen = b""


def whole_records(data):
    """The bytes of a journal up to its last whole record."""
    at = len(b"podsim journal 1\n")
    end = 0
    while at + 16 <= len(data):
        size = struct.unpack_from("<Q", data, at)[0]
        if at + 16 + size > len(data):
            break
        at += 16 + size
        end = at
    return data[:end]


def children(pid):
    try:
        return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
        return True
    except ProcessLookupError:
        return False


def kill_on_the_way(sweep, seconds, dice):
    """At any moment of a run, the parent or a worker; a run without a worker goes on."""
    process = sweep.start("--resume")
    time.sleep(dice.uniform(0, seconds))
    workers = children(process.pid)
    if workers and dice.random() < 0.4:
        kill(dice.choice(workers))
        time.sleep(dice.uniform(0, seconds / 4))
    kill(process.pid)
    process.communicate()


def kill_at_the_end(sweep, full_bytes, dice):
    """When the last block is in the journal: the table is made, written and renamed, the journal goes."""
    process = sweep.start("--resume")
    while process.poll() is None and (not sweep.journal.exists() or sweep.journal.stat().st_size < full_bytes):
        time.sleep(0.0005)
    time.sleep(dice.uniform(0, 0.06))
    kill(process.pid)
    process.communicate()


def kill_a_merge(sweep, dice):
    """Two finished parts, and a merge that is killed."""
    for part in ("0/2", "1/2"):
        sweep.finish(sweep.start("--part", part))
    process = sweep.start("--merge")
    time.sleep(dice.uniform(0, 0.15))
    kill(process.pid)
    process.communicate()
    sweep.check()
    if not sweep.is_complete():
        sweep.finish(sweep.start("--merge"))


def main():
    podsim, study, folder, kills, seed = sys.argv[1:]
    folder = pathlib.Path(folder)
    dice = random.Random(int(seed))
    sweep = Sweep(podsim, study, folder)
    begin = time.monotonic()
    sweep.finish(sweep.start("--resume"))
    seconds = time.monotonic() - begin
    expected = sweep.output.read_bytes()
    sweep.forget()
    full_bytes = journal_size(sweep)
    ways = {"on the way": 0, "at the end": 0, "in a merge": 0}
    for number in range(int(kills)):
        way = "in a merge" if number % 10 == 9 else "at the end" if number % 3 == 2 else "on the way"
        if way == "in a merge":
            kill_a_merge(sweep, dice)
        elif way == "at the end":
            kill_at_the_end(sweep, full_bytes, dice)
        else:
            kill_on_the_way(sweep, seconds, dice)
        ways[way] += 1
        sweep.check()
        if sweep.is_complete():
            assert sweep.output.read_bytes() == expected, f"after {number + 1} kills the result differs"
            sweep.forget()
    sweep.finish(sweep.start("--resume"))
    assert sweep.output.read_bytes() == expected, "the result differs"
    left = sorted(path.name for path in folder.iterdir() if path.name.startswith(("killed", ".killed")))
    assert left == ["killed.h5"], left
    print(f"{kills} kills ({', '.join(f'{count} {way}' for way, count in ways.items())}): nothing lost, same bytes")


def journal_size(sweep):
    """Bytes of the journal that has all points: of two parts together, less the second head."""
    for part in ("0/2", "1/2"):
        sweep.finish(sweep.start("--part", part))
    journals = [path.read_bytes() for path in pathlib.Path(str(sweep.output) + ".parts").glob("*.journal")]
    head = len(b"podsim journal 1\n") + 16 + struct.unpack_from("<Q", journals[0], len(b"podsim journal 1\n"))[0]
    sweep.finish(sweep.start("--merge"))
    sweep.forget()
    return sum(len(data) for data in journals) - head


main()
