"""Whatever is done to a log, or to what lies beside it, is found, and the line is named."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
import re
import subprocess
import sys
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.candidates.decisions.canonical import canonical
from evaluator.candidates.decisions.entry import Departed
from evaluator.candidates.decisions.faults import FaultKind
from evaluator.candidates.decisions.reading import log_in, read_log
from evaluator.candidates.decisions.storage import folder_of
from evaluator.cli.main import run
from tests.candidates.decisions.logs import checked, files_beside, forged, hash_by_hand, lines_of, made, rewritten

COUNT = 6
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a log that nobody has touched; who changes it puts it back."""
    return made(tmp_path_factory.mktemp("whole"), COUNT)


@pytest.fixture
def log(tmp_path: Path, whole: Path) -> Path:
    """Return a copy of the log alone; what lies beside it is another's."""
    copy = tmp_path / whole.name
    copy.write_bytes(whole.read_bytes())
    folder_of(copy).symlink_to(folder_of(whole), target_is_directory=True)
    return copy


def test_a_log_as_it_was_written_has_no_fault(whole: Path) -> None:
    """Six records, three profiles, one pack, and the last hash to keep."""
    found = checked(whole)
    assert (found.faults, len(found.log.records), found.profiles, found.packs) == ((), COUNT, 3, 1)


def test_no_hash_is_given_to_keep_of_a_log_that_is_not_sound(log: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A hash that is kept vouches for all before it; of a log with anything wrong, none is given."""
    assert run(["decisions", "verify", str(log)]) == 0
    whole = capfd.readouterr().out
    assert re.search(r"^Keep +6:[0-9a-f]{64}$", whole, re.MULTILINE)
    lines = lines_of(log)
    for altered in (lines[1:], [lines[0].replace(b'"number":1', b'"number":9'), *lines[1:]], lines[:3] + lines[4:], [*lines, b"{"]):
        log.write_bytes(b"".join(altered))
        assert run(["decisions", "verify", str(log)]) == 1
        shown = capfd.readouterr().out
        assert "Keep" not in shown
        assert "keep the last hash" not in shown
        assert "No hash is given to keep while anything is wrong" in shown
    log.write_bytes(b"".join(lines))
    assert run(["decisions", "verify", str(log), "--expect", "0" * 64]) == 1
    assert "Keep" not in capfd.readouterr().out


def test_hashes_are_those_that_anybody_can_work_out(whole: Path) -> None:
    """A record's hash is SHA-256 over its line without the hash; `previous` is the hash of the line before."""
    before = None
    for line in lines_of(whole):
        document = json.loads(line)
        assert document["hash"] == hash_by_hand(line)
        assert document["hash"] == hashlib.sha256(re.sub(rb'"hash":"[0-9a-f]{64}",', b"", line.rstrip(b"\n"), count=1)).hexdigest()
        assert document["previous"] == before
        before = document["hash"]


def test_canonical_json_is_that_of_the_standard() -> None:
    """The examples of RFC 8785 for strings (3.2.2) and for the order of keys (3.2.3)."""
    assert canonical('€$\x0f\nA\'B"\\\\"/') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'.encode()
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    assert list(json.loads(canonical(dict.fromkeys(keys, 0)))) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert canonical({"b": [True, None, 3], "a": {}}) == b'{"a":{},"b":[true,null,3]}'


def test_any_byte_that_is_changed_is_found(whole: Path) -> None:
    """Every byte of a log of two records, each changed in several ways; the line named is its own."""
    content = b"".join(lines_of(whole)[:2])
    first = content.index(b"\n")
    for place, mask in itertools.product(range(len(content)), (0x01, 0x20, 0x80, 0x7F)):
        changed = bytearray(content)
        changed[place] ^= mask
        faults = log_in(bytes(changed), whole).faults
        assert faults, (place, mask)
        assert faults[0].line == (1 if place <= first else 2), (place, mask)


def test_any_byte_that_is_put_in_or_taken_out_is_found(whole: Path) -> None:
    """Every place of a log of one record, and some bytes that JSON would not mind."""
    content = lines_of(whole)[0]
    for place in range(len(content)):
        assert log_in(content[:place] + content[place + 1 :], whole).faults, place
        for byte in (b" ", b"\n", b"\r", b"0", b"\x00"):
            assert log_in(content[:place] + byte + content[place:], whole).faults, (place, byte)
    for byte in (b" ", b"\n", b"\r", b"{}"):
        assert log_in(content + byte, whole).faults, byte


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_byte_of_a_snapshot_that_is_changed_is_found(whole: Path, data: st.DataObject) -> None:
    """In a profile, a rule file or a manifest; the file is named."""
    path = data.draw(st.sampled_from(files_beside(whole)))
    content = path.read_bytes()
    place, mask = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(1, 255))
    changed = bytearray(content)
    changed[place] ^= mask
    path.write_bytes(changed)
    try:
        faults = checked(whole).faults
    finally:
        path.write_bytes(content)
    assert {fault.kind for fault in faults} == {FaultKind.SNAPSHOT_ALTERED}
    assert all(str(path) in fault.message for fault in faults)
    assert checked(whole).faults == ()


def test_any_snapshot_that_is_gone_is_found(whole: Path) -> None:
    """Each file, one after the other; and a role that was put into the pack."""
    for path in files_beside(whole):
        content = path.read_bytes()
        path.unlink()
        faults = checked(whole).faults
        path.write_bytes(content)
        assert [fault.kind for fault in faults] == [FaultKind.SNAPSHOT_MISSING]
        assert str(path) in faults[0].message
    role = next(folder_of(whole).rglob("roles")) / "another.yaml"
    role.write_text("role: another\n")
    faults = checked(whole).faults
    role.unlink()
    assert [fault.kind for fault in faults] == [FaultKind.SNAPSHOT_ALTERED]
    assert str(role) in faults[0].message


@pytest.mark.parametrize("number", range(1, COUNT))
def test_a_record_that_is_taken_out_is_found(log: Path, number: int) -> None:
    """Any but the last: the line after says which is missing."""
    lines = lines_of(log)
    faults = checked(rewritten(log, lines[: number - 1] + lines[number:])).faults
    assert [(fault.kind, fault.line) for fault in faults] == [(FaultKind.MISSING, number)]
    assert faults[0].message == f"record {number} is missing before record {number + 1}"


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(range(COUNT), 2)))
def test_records_that_are_swapped_are_found(log: Path, first: int, second: int) -> None:
    """Any two."""
    lines = lines_of(log)
    lines[first], lines[second] = lines[second], lines[first]
    faults = checked(rewritten(log, lines)).faults
    assert {fault.kind for fault in faults} == {FaultKind.MOVED}
    assert {fault.line for fault in faults} >= {first + 1}


@pytest.mark.parametrize(("which", "place"), list(itertools.product(range(COUNT), range(COUNT + 1))))
def test_a_record_that_stands_twice_is_found(log: Path, which: int, place: int) -> None:
    """Any record, put anywhere, the end included: something is inserted or moved, and nothing is said to be missing."""
    lines = lines_of(log)
    lines.insert(place, lines[which])
    faults = checked(rewritten(log, lines)).faults
    assert FaultKind.INSERTED in {fault.kind for fault in faults}
    assert {fault.kind for fault in faults} <= {FaultKind.INSERTED, FaultKind.MOVED}


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_any_other_order_or_choice_of_records_is_found(whole: Path, seed: int) -> None:
    """Unless it is the beginning of the log, which only what was kept elsewhere can tell."""
    lines, chance = lines_of(whole), random.Random(seed)
    other = [chance.choice(lines) for _ in range(chance.randint(1, COUNT + 2))]
    faults = log_in(b"".join(other), whole).faults
    assert bool(faults) is (other != lines[: len(other)])


def test_a_line_of_other_making_costs_one_fault(log: Path) -> None:
    """A line put in, and a line that is no record any more, are each named once: what follows is as it was."""
    lines = lines_of(log)
    for junk in (b"\n", b"hello\n", b"{}\n", b'{"number": 3}\n', b"\xff\xfe\n"):
        assert [fault.line for fault in checked(rewritten(log, [*lines[:3], junk, *lines[3:]])).faults] == [4]
        assert [fault.line for fault in checked(rewritten(log, [*lines[:3], junk, *lines[4:]])).faults] == [4]


def test_windows_line_ends_are_named(log: Path) -> None:
    """An editor that changes line ends alters every line, and the message says so."""
    faults = checked(rewritten(log, [line.replace(b"\n", b"\r\n") for line in lines_of(log)])).faults
    assert len(faults) == COUNT
    assert all("CR LF" in fault.message for fault in faults)


def test_a_forged_record_is_found_by_the_one_after(log: Path) -> None:
    """Its hash made anew, it is sound by itself: the chain breaks where it was followed."""
    forged(log, 3, lambda one: attrs.evolve(one, departed=Departed.NO, reason="Somebody else's words."), rest=False)
    assert [(fault.kind, fault.line) for fault in checked(log).faults] == [(FaultKind.INSERTED, 4)]


def test_a_log_forged_to_its_end_is_found_by_what_was_kept_elsewhere(log: Path) -> None:
    """The chain alone cannot tell, and says so; the hash that was kept can."""
    kept = [one.seal for one in read_log(log).records]
    forged(log, 3, lambda one: attrs.evolve(one, reason="Somebody else's words."), rest=True)
    assert checked(log).faults == ()
    assert checked(log, kept[1]).faults == ()
    for seal in kept[2:]:
        assert [fault.kind for fault in checked(log, seal).faults] == [FaultKind.UNEXPECTED]
        assert [fault.kind for fault in checked(log, seal.partition(":")[2]).faults] == [FaultKind.UNEXPECTED]


def test_a_record_of_another_type_is_found_even_with_its_hash_made_anew(log: Path) -> None:
    """A number in quotes, a list for a reason, a path for a hash: canonical and hashed, and no record all the same."""
    line = lines_of(log)[0]
    others = {"number": "1", "reason": ["a"], "profile_snapshot": "../../etc/passwd", "corrects": 0, "decision": "perhaps", "version": 2}
    for name, value in others.items():
        document = json.loads(line) | {name: value}
        document["hash"] = hash_by_hand(canonical(document))
        assert [fault.line for fault in log_in(canonical(document) + b"\n", log).faults] == [1], name


def test_an_end_that_is_cut_off_is_found_by_what_was_kept_elsewhere(log: Path, capfd: Capture) -> None:
    """Through the verb: with --expect it is exit code 1, and told which record was there; without, the page says what it cannot show."""
    lines, last = lines_of(log), read_log(log).records[-1]
    assert run(["decisions", "verify", str(log)]) == 0
    out = capfd.readouterr().out
    assert last.seal in out
    assert "cannot show whether its end was cut off" in out
    for count in range(COUNT):
        rewritten(log, lines[:count])
        assert run(["decisions", "verify", str(log)]) == (0 if count else 2)
        assert run(["decisions", "verify", str(log), "--expect", last.seal]) == 1
        assert f"record {COUNT} is expected" in capfd.readouterr().out
        assert run(["decisions", "verify", str(log), "--expect", last.hash]) == 1
        capfd.readouterr()


def test_a_log_that_has_grown_still_holds_what_was_expected(log: Path, capfd: Capture) -> None:
    """It is told how many came after."""
    assert run(["decisions", "verify", str(log), "--expect", read_log(log).records[3].seal]) == 0
    assert "2 records came after it" in capfd.readouterr().out
    assert run(["decisions", "verify", str(log), "--expect", f"3:{read_log(log).records[3].hash}"]) == 1
    assert "record 3 has not the expected hash" in capfd.readouterr().out
    assert run(["decisions", "verify", str(log), "--expect", "yesterday"]) == 2


def test_the_command_names_the_line_that_sed_altered(log: Path) -> None:
    """Through the real command line."""
    subprocess.run(["sed", "-i", "2s/Alba/Blom/", str(log)], check=True)
    command = [sys.executable, "-m", "evaluator.cli.main", "decisions", "verify", str(log)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "line 2: record 2 was altered: its content does not give its hash" in done.stdout
    assert done.stderr == ""
