"""What a hash chain cannot show by itself: heads that are kept elsewhere, snapshots without a record, and what a kill left."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import attrs
import pytest

from evaluator.candidates.decisions.faults import FaultKind
from evaluator.candidates.decisions.leftovers import leftovers
from evaluator.candidates.decisions.problems import LogProblem
from evaluator.candidates.decisions.reading import read_log
from evaluator.candidates.decisions.storage import folder_of
from evaluator.candidates.decisions.witness import Witness
from evaluator.cli.main import run
from tests.candidates.decisions.logs import NOW, checked, decided, files_beside, forged, lines_of, made, people, rewritten
from tests.product import PRODUCT

Capture = pytest.CaptureFixture[str]
SOFIA = str(PRODUCT / "profiles" / "sofia-marquez.yaml")


def deciding(log: Path, witness: Path, day: int = 1, *more: str) -> list[str]:
    """Return the arguments of a decision on a day of its own, with a witness."""
    said = ["--decision", "deferred", "--reason", "Not yet.", "--on", f"2026-10-{day:02}", "--engine", "reference"]
    where = ["--rules", str(PRODUCT / "rules"), "--log", str(log), "--witness", str(witness)]
    return ["decide", SOFIA, "product-director", *said, *where, *more]


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Return a witness that is not there yet, in a folder away from the log."""
    (tmp_path / "minutes").mkdir()
    return tmp_path / "minutes" / "heads.jsonl"


@pytest.fixture
def log(tmp_path: Path, elsewhere: Path) -> Path:
    """Return a log of three decisions and its witness of three heads."""
    place = tmp_path / "panel.jsonl"
    for day in (1, 2, 3):
        assert run(deciding(place, elsewhere, day)) == 0
    return place


def test_each_decision_appends_its_head(log: Path, elsewhere: Path) -> None:
    """A line each, in order: when, which log, the number and the hash; for its owner alone."""
    said = [json.loads(line) for line in elsewhere.read_text().splitlines()]
    assert [list(one) for one in said] == [["time", "log", "number", "hash"]] * 3
    assert [(one["number"], one["hash"]) for one in said] == [(one.number, one.hash) for one in read_log(log).records]
    assert {one["log"] for one in said} == {str(log.resolve())}
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o600


def test_what_is_in_a_witness_stays(log: Path, elsewhere: Path) -> None:
    """Appended to, never written over, also where its last line was torn; its mode is left as somebody set it."""
    elsewhere.chmod(0o640)
    before = elsewhere.read_bytes()
    assert run(deciding(log, elsewhere, 4)) == 0
    assert elsewhere.read_bytes().startswith(before)
    elsewhere.write_bytes(elsewhere.read_bytes()[:-1])
    assert run(deciding(log, elsewhere, 5)) == 0
    assert len(elsewhere.read_text().splitlines()) == 5
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o640
    assert run(["decisions", "verify", str(log), "--witness", str(elsewhere)]) == 0


@pytest.mark.parametrize("left", [0, 1, 2])
def test_an_end_that_was_cut_off_is_found(log: Path, elsewhere: Path, left: int, capfd: Capture) -> None:
    """Every head that is gone is named; without the witness the log is a sound one, or one without a record."""
    rewritten(log, lines_of(log)[:left])
    assert run(["decisions", "verify", str(log)]) == (0 if left else 2)
    capfd.readouterr()
    assert run(["decisions", "verify", str(log), "--witness", str(elsewhere)]) == 1
    out = capfd.readouterr().out
    for number in range(left + 1, 4):
        assert f"heads.jsonl, line {number}: record {number} is expected" in out


def test_a_log_written_anew_is_found(log: Path, elsewhere: Path, capfd: Capture) -> None:
    """From the record on that was changed, and not before it; a whole other log gives every head."""
    forged(log, 2, lambda one: attrs.evolve(one, reason="Somebody else's words."), rest=True)
    assert checked(log).faults == ()
    assert run(["decisions", "verify", str(log), "--witness", str(elsewhere), "--format", "json"]) == 1
    said = json.loads(capfd.readouterr().out)
    assert [one["message"].partition(": ")[0].rpartition(" ")[2] for one in said["faults"]] == ["2", "3"]
    assert said["witness"] == {"path": str(elsewhere), "heads": 3, "found": False}


def test_a_log_that_has_grown_still_holds_its_heads(log: Path, elsewhere: Path, capfd: Capture) -> None:
    """It is told how many were found, and what that cannot show."""
    decided(log, people()[0], 9)
    assert run(["decisions", "verify", str(log), "--witness", str(elsewhere)]) == 0
    out = capfd.readouterr().out
    assert "each of its 3 heads was found as it was" in out
    assert "could still have been cut off or written anew" in out
    assert "4:" in out


def test_heads_may_be_copied_by_hand(log: Path, elsewhere: Path) -> None:
    """The line `Keep` of each decision, in a file of its own, with blank lines and Windows line ends."""
    seals = [one.seal for one in read_log(log).records]
    elsewhere.write_text(f"\r\n{seals[0]}\r\n\r\n  {seals[2].upper()}\r\n", newline="")
    assert run(["decisions", "verify", str(log), "--witness", str(elsewhere)]) == 0
    elsewhere.write_text(f"3:{read_log(log).records[1].hash}\n")
    assert run(["decisions", "verify", str(log), "--witness", str(elsewhere)]) == 1


@pytest.mark.parametrize(
    "content", ["", "\n\n", "hello\n", "{}\n", '{"number": true, "hash": "x"}\n', "[" * 5000, "\xff\x00", "profile: a\n"]
)
def test_a_file_that_holds_no_head_proves_nothing(log: Path, elsewhere: Path, content: str, capfd: Capture) -> None:
    """Exit code 1, for the log was held against nothing; and `decide` leaves what is no witness as it is."""
    elsewhere.write_text(content)
    assert run(["decisions", "verify", str(log), "--witness", str(elsewhere)]) == 1
    before, records = elsewhere.read_bytes(), log.read_bytes()
    if content.strip():
        assert run(deciding(log, elsewhere, 9)) == 2
        assert "is no head of a log; nothing was recorded" in capfd.readouterr().err
        assert (elsewhere.read_bytes(), log.read_bytes()) == (before, records)


def test_a_witness_that_is_not_there_is_named(log: Path, elsewhere: Path, capfd: Capture) -> None:
    """Exit code 2, for nothing was checked."""
    elsewhere.unlink()
    assert run(["decisions", "verify", str(log), "--witness", str(elsewhere)]) == 2
    assert "there is no witness" in capfd.readouterr().err


def test_a_decision_is_not_recorded_behind_a_log_that_its_witness_contradicts(log: Path, elsewhere: Path, capfd: Capture) -> None:
    """Cut off, or the witness of another log: nothing is written, neither record nor snapshot nor head."""
    whole = log.read_bytes()
    rewritten(log, lines_of(log)[:1])
    for place in (log, log.with_name("other.jsonl")):
        before, files = elsewhere.read_bytes(), files_beside(log)
        assert run(deciding(place, elsewhere, 9)) == 2
        assert "nothing was recorded" in capfd.readouterr().err
        assert (elsewhere.read_bytes(), files_beside(log), len(lines_of(log))) == (before, files, 1)
    assert not log.with_name("other.jsonl").exists()
    log.write_bytes(whole)
    assert run(deciding(log, elsewhere, 9)) == 0


def places(log: Path, how: str) -> Path:
    """Return a place where no witness may be."""
    match how:
        case "the log":
            return log
        case "the log by another path":
            return log.parent / "minutes" / ".." / log.name
        case "a link to the log":
            (log.parent / "link").symlink_to(log)
        case "a second name of the log":
            os.link(log, log.parent / "link")
        case "in its folder":
            return folder_of(log) / "heads"
        case "deep in its folder":
            return folder_of(log) / "profiles" / "heads"
        case "in its folder through a link":
            (log.parent / "link").symlink_to(folder_of(log) / "heads")
        case _:
            (log.parent / "over").symlink_to(folder_of(log), target_is_directory=True)
            return log.parent / "over" / "heads"
    return log.parent / "link"


@pytest.mark.parametrize(
    "how",
    [
        "the log",
        "the log by another path",
        "a link to the log",
        "a second name of the log",
        "in its folder",
        "deep in its folder",
        "in its folder through a link",
        "in a link to its folder",
    ],
)
def test_a_witness_that_belongs_to_the_log_is_none(log: Path, how: str, capfd: Capture) -> None:
    """Whoever has the log would have it too."""
    place, before = places(log, how), (log.read_bytes(), files_beside(log))
    assert run(deciding(log, place, 9)) == 2
    assert "the witness" in capfd.readouterr().err
    assert (log.read_bytes(), files_beside(log)) == before
    assert how.startswith(("the log", "a ")) or not place.exists()


def test_the_first_decision_is_as_strict(tmp_path: Path) -> None:
    """A log that is not there yet, with itself for a witness, and with a folder that is not there: nothing is begun."""
    log = tmp_path / "panel.jsonl"
    assert run(deciding(log, log)) == 2
    assert run(deciding(log, tmp_path / "panel.d" / "heads")) == 2
    assert run(deciding(log, tmp_path / "none" / "heads")) == 2
    assert list(tmp_path.iterdir()) == []


def test_a_witness_beside_the_log_is_warned_of(tmp_path: Path, capfd: Capture) -> None:
    """It is taken, for its folder may be all there is."""
    assert run(deciding(tmp_path / "panel.jsonl", tmp_path / "heads")) == 0
    assert "lies beside the log" in capfd.readouterr().err


def test_a_head_that_cannot_be_written_is_told(log: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> None:
    """The record is there all the same: exit code 1, with what to keep by hand, and no word of having appended."""

    def full(self: Witness, *_: object) -> None:
        raise OSError(28, "No space left on device", str(self.path))

    monkeypatch.setattr(Witness, "append", full)
    assert run(deciding(log, elsewhere, 9)) == 1
    out, err = capfd.readouterr()
    last = read_log(log).records[-1]
    assert last.number == 4
    assert f"its head is not in {elsewhere}: no space left on device; keep {last.seal} elsewhere" in err
    assert "appended to" not in out


def test_a_witness_is_a_file(log: Path, tmp_path: Path) -> None:
    """A pipe holds nothing."""
    os.mkfifo(tmp_path / "minutes" / "pipe")
    with pytest.raises(LogProblem, match="is no file that heads can be kept in"):
        Witness(path=tmp_path / "minutes" / "pipe").ready(read_log(log))


def test_every_decision_says_what_to_keep(log: Path, elsewhere: Path, capfd: Capture) -> None:
    """With a witness where it went, without one what it is for; `verify --expect` takes the line as it stands."""
    capfd.readouterr()
    assert run(deciding(log, elsewhere, 9)) == 0
    assert f"Witness   appended to {elsewhere}" in capfd.readouterr().out
    given = deciding(log, elsewhere, 10)
    assert run(given[: given.index("--witness")]) == 0
    out = capfd.readouterr().out
    assert "Keep the last line elsewhere" in out
    kept = next(line.split()[1] for line in out.splitlines() if line.startswith("Keep  "))
    assert run(["decisions", "verify", str(log), "--expect", kept]) == 0


def test_snapshots_without_a_record_are_named(tmp_path: Path, capfd: Capture) -> None:
    """The trace that a cut end may leave: the facts of whoever was decided on there, and rules that no other record rests on."""
    log = made(tmp_path, 3)
    gone = [folder_of(log) / "profiles" / f"{one.profile_snapshot}.yaml" for one in read_log(log).records[1:]]
    rewritten(log, lines_of(log)[:1])
    assert set(leftovers(read_log(log)).unnamed) == set(gone)
    assert run(["decisions", "verify", str(log)]) == 0
    out = capfd.readouterr().out
    assert "2 snapshots without a record" in out
    assert all(str(path) in out for path in gone)
    assert run(["decisions", "verify", str(log), "--format", "json"]) == 0
    assert json.loads(capfd.readouterr().out)["unnamed_snapshots"] == sorted(map(str, gone))
    rewritten(log, [])
    assert len(leftovers(read_log(log)).unnamed) == 4
    assert checked(log).faults == ()
    assert leftovers(read_log(made(tmp_path / "sound", 1) if (tmp_path / "sound").mkdir() is None else log)).unnamed == ()


def test_what_a_kill_left_is_named_and_cleared(tmp_path: Path, capfd: Capture) -> None:
    """Parts of a profile, of a pack and of what was set aside; snapshots, torn bytes and other people's files stay."""
    log = made(tmp_path, 2)
    folder = folder_of(log)
    record = read_log(log).records[0]
    (folder / "torn").mkdir()
    kept = [folder / "torn" / f"{'a' * 64}.part", folder / "profiles" / "mine.part", folder / "packs" / ".hidden.part"]
    parts = [
        folder / "profiles" / f".{record.profile_snapshot}.yaml.0123abcd.part",
        folder / "torn" / f".{'a' * 64}.part.89abcdef.part",
        folder / "packs" / f".{record.pack_snapshot}.00000000.part",
    ]
    for path in (*kept, *parts[:2]):
        path.write_text("half")
    shutil.copytree(folder / "packs" / record.pack_snapshot, parts[2])
    before = {path: path.read_bytes() for path in files_beside(log) if not any(part in (path, *path.parents) for part in parts)}
    assert run(["decisions", "verify", str(log)]) == 0
    out = capfd.readouterr().out
    assert "3 parts of a snapshot that was never completed" in out
    assert all(str(path) in out for path in parts)
    assert run(["decisions", "repair", str(log)]) == 0
    out = capfd.readouterr().out
    assert all(f"removed {path}, " in out for path in parts)
    assert {path: path.read_bytes() for path in files_beside(log)} == before
    assert leftovers(read_log(log)).parts == ()
    assert run(["decisions", "repair", str(log)]) == 0
    assert "nothing was changed" in capfd.readouterr().out


def test_a_link_among_the_parts_leads_repair_nowhere(tmp_path: Path) -> None:
    """The link goes, and what it leads to stays."""
    log = made(tmp_path, 1)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("mine")
    name = f".{read_log(log).records[0].pack_snapshot}.00000000.part"
    (folder_of(log) / "packs" / name).symlink_to(tmp_path / "mine", target_is_directory=True)
    assert run(["decisions", "repair", str(log)]) == 0
    assert (tmp_path / "mine" / "file").read_text() == "mine"
    assert leftovers(read_log(log)).parts == ()


def test_repair_of_a_log_that_was_altered_clears_nothing(tmp_path: Path) -> None:
    """What somebody did to it is looked into with everything in its place."""
    log = made(tmp_path, 2)
    part = folder_of(log) / "profiles" / f".{'b' * 64}.yaml.0123abcd.part"
    part.write_text("half")
    log.write_bytes(log.read_bytes().replace(b"panel saw", b"PANEL saw", 1))
    assert run(["decisions", "repair", str(log)]) == 2
    assert part.exists()


def test_parts_and_torn_bytes_are_mended_at_once(tmp_path: Path, capfd: Capture) -> None:
    """One call does both, and names both."""
    log = made(tmp_path, 2)
    part = folder_of(log) / "profiles" / f".{'b' * 64}.yaml.0123abcd.part"
    part.write_text("half")
    log.write_bytes(log.read_bytes()[:-20])
    assert [fault.kind for fault in checked(log).faults] == [FaultKind.TORN]
    assert run(["decisions", "repair", str(log)]) == 0
    out = capfd.readouterr().out
    assert "take that decision again" in out
    assert f"removed {part}" in out


def test_times_of_a_head_are_those_of_its_record(tmp_path: Path) -> None:
    """The witness says when the record says it was written."""
    log, witness = tmp_path / "panel.jsonl", Witness(path=tmp_path / "heads")
    witness.append(log, decided(log, people()[0]))
    assert json.loads(witness.path.read_text())["time"] == NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
