"""Facts of people's groups leave the tool only where they are asked for by name: in no format, level, engine or file beside a result."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import polars as pl
import pytest

from evaluator.cli.main import run
from evaluator.populations.frames import evaluate_frame
from tests.populations.people_pack import AS_OF, PACK
from tests.populations.runs import write_rules

SECRETS = ("zzfemale", "zzblack", "zzband")
HEADER = "id,name,role,years,level,Group:Sex,group: ethnicity,gender,site"
ROWS = [
    "a,Ada,manager,6,good,zzfemale,zzblack,zzband,Bonn",
    "b,Ben,manager,2,some,zzfemale,zzblack,zzband,Kiel",
    "c,Cleo,director,9,good,zzfemale,zzblack,zzband,Bonn",
]
BAD = ["d,Dan,manager,many,good,zzfemale,zzblack,zzband,Kiel", "e,Eve,manager,3,good,zzfemale,zzblack,zzband,Kiel,more"]


@pytest.fixture(name="folder")
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_rules(tmp_path / "rules")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.csv").write_text("\n".join([HEADER, *ROWS, *BAD, ""]), encoding="utf-8")
    return tmp_path


def everything(path: Path) -> str:
    """Return all that a file says, packed or not, with the names of its columns."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    if path.suffix in {".parquet", ".arrow"}:
        frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_ipc(path)
        return path.read_bytes().decode("latin-1") + str(frame.columns) + str(frame.rows())
    return path.read_text(encoding="utf-8")


def told(text: str) -> set[str]:
    """Return which facts of groups a text tells, and whether it names a column of them."""
    return {secret for secret in SECRETS if secret in text} | set(re.findall("group:|gender", text.casefold()))


@pytest.mark.parametrize("level", ["people", "roles", "criteria"])
@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet", "xlsx", "html"])
def test_no_result_of_evaluate_tells_a_group(folder: Path, ending: str, level: str) -> None:
    """At no level and in no format; also not in the rejected rows, whose texts may hold whole lines of the table."""
    assert run(["evaluate", "p.csv", "--as-of", str(AS_OF), "--level", level, "-o", f"r.{ending}", "--keep-all"]) == 1
    assert told(everything(folder / f"r.{ending}")) == set()
    rejected = everything(folder / f"r.{ending}.rejected.csv")
    assert told(rejected) == set()
    assert "many" in rejected
    assert "it may hold facts of people's groups" in rejected


@pytest.mark.parametrize("engine", ["columns", "duckdb", "inference", "reference"])
def test_every_engine_keeps_groups_back_and_tells_them_when_asked(folder: Path, engine: str) -> None:
    """All of them with a star, one by its name in any case, and none where none is named."""
    (folder / "good.csv").write_text("\n".join([HEADER, *ROWS, ""]), encoding="utf-8")
    base = ["evaluate", "good.csv", "--as-of", str(AS_OF), "--engine", engine]
    wanted = {
        (): [],
        ("--keep", "group:*"): ["group:Sex", "group:ethnicity"],
        ("--keep", "GROUP:sex"): ["group:Sex"],
        ("--keep", "gender"): ["gender"],
    }
    for place, (more, columns) in enumerate(wanted.items()):
        assert run([*base, "-o", f"r{place}.csv", *more]) == 0
        header = (folder / f"r{place}.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
        assert header[header.index("pack_hash") + 1 :] == columns


@pytest.mark.parametrize("format_", ["table", "json", "markdown"])
def test_what_goes_to_the_screen_tells_no_group(folder: Path, format_: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The same people as profiles of a folder, and as lines of JSON in either shape."""
    (folder / "people").mkdir()
    profile = "profile: a\nname: Ada\nrole: manager\ngroups: {sex: zzfemale, ethnicity: zzblack}\nattributes: {years: 6}\n"
    (folder / "people" / "a.yaml").write_text(profile, encoding="utf-8")
    lines = [
        {"id": "b", "role": "manager", "years": 6, "group:sex": "zzfemale"},
        {"profile": "c", "role": "manager", "groups": {"sex": "zzfemale"}, "attributes": {"years": 3}},
    ]
    (folder / "p.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    for path in ("people", "p.jsonl", "people/a.yaml"):
        assert run(["evaluate", path, "--as-of", str(AS_OF), "--format", format_]) == 0
        assert run(["rank", path, "--as-of", str(AS_OF), "--role", "director", *(["--format", format_] if format_ != "table" else [])]) == 0
    assert told(capsys.readouterr().out) == set()


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_profiles_and_json_tell_a_group_when_asked(folder: Path, ending: str) -> None:
    """The fact may come in the last line only, or in one profile of many."""
    lines = [json.dumps({"id": f"x{place}", "years": 6}) for place in range(30)]
    lines.append(json.dumps({"profile": "last", "groups": {"sex": "zzfemale"}, "attributes": {"years": 3}}))
    (folder / "p.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "people").mkdir()
    (folder / "people" / "a.yaml").write_text("profile: a\ngroups: {sex: zzfemale}\nattributes: {years: 6}\n", encoding="utf-8")
    for path in ("p.jsonl", "people"):
        assert run(["evaluate", path, "--all-roles", "--as-of", str(AS_OF), "-o", f"kept.{ending}", "--keep", "group:sex"]) == 0
        assert "zzfemale" in everything(folder / f"kept.{ending}")
        assert run(["evaluate", path, "--all-roles", "--as-of", str(AS_OF), "-o", f"plain.{ending}"]) == 0
        assert told(everything(folder / f"plain.{ending}")) == set()


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("ragged.csv", f"{HEADER}\na,Ada,manager,6,good,zzfemale,zzblack,zzband\n", "8 cells"),
        ("mapped.csv", "id,Anrede\na,zzfemale,zzblack\n", "3 cells"),
        ("broken.jsonl", '{"id": "a", "group:sex": "zzfemale", }\n{"id": "b"}\n', "no JSON"),
        ("twice.jsonl", '{"id": "a", "groups": {"sex": "zzfemale", "sex": "zzblack"}}\n{"id": "b"}\n', "twice"),
        ("attribute.jsonl", '{"profile": "a", "attributes": {"sex": "zzfemale"}}\n{"id": "b"}\n', "no attribute"),
        ("one.yaml", "{profile: a, groups: {sex: zzfemale}, attributes: {years: zz}}\n", "years"),
        ("block.yaml", "profile: a\ngroups:\n  sex: [zzfemale]\n", "list"),
    ],
)
def test_a_rejected_row_tells_no_group(folder: Path, name: str, text: str, reason: str) -> None:
    """Whatever is wrong with it: its reason and its place are told, and not what else stands in its line."""
    (folder / name).write_text(text, encoding="utf-8")
    run(
        [
            "evaluate",
            name,
            "--engine",
            "columns",
            "--as-of",
            str(AS_OF),
            "-o",
            "r.csv",
            *(["--map", "Anrede=group:sex"] if name == "mapped.csv" else []),
        ]
    )
    found = (folder / "r.csv.rejected.csv").read_text(encoding="utf-8")
    assert reason in found
    assert told(found) <= {"group:"}
    assert "zzf" not in found
    assert "zzb" not in found


def test_a_cell_that_is_no_text_is_not_repeated_where_it_is_a_group(folder: Path) -> None:
    """Bytes of another encoding in the column of groups, which is not read at all."""
    (folder / "p.csv").write_bytes("id,years,group:sex\na,3,zzfemale\u00e9\n".encode("latin-1"))
    run(["evaluate", "p.csv", "--as-of", str(AS_OF), "-o", "r.csv"])
    beside = folder / "r.csv.rejected.csv"
    assert not beside.exists() or "zzfemale" not in beside.read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_parts_of_a_run_that_was_stopped_hold_no_group(folder: Path) -> None:
    """What must not leave is not kept for later either."""
    rows = "".join(f"p{place},manager,{place % 9},good,zzfemale\n" for place in range(4000))
    (folder / "many.csv").write_text("id,role,years,level,group:sex\n" + rows, encoding="utf-8")
    command = [sys.executable, "-m", "evaluator", "evaluate", "many.csv", "-o", "r.csv", "--chunk-rows", "20", "--as-of", str(AS_OF)]
    started = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    parts = folder / ".r.csv.parts"
    while started.poll() is None and not list(parts.glob("00000[3-9].json")):
        pass
    started.kill()
    started.wait()
    kept = [path for path in parts.iterdir() if path.suffix == ".arrow"] if parts.is_dir() else [folder / "r.csv"]
    assert kept
    assert all(told(everything(path)) == set() for path in kept)


def test_a_frame_gives_groups_back_only_where_they_are_named() -> None:
    """All of them with a star, or one by name."""
    frame = pl.DataFrame({"id": ["a"], "years": [3.0], "group:sex": ["f"], "Group:Age": ["40s"]})
    assert not [name for name in evaluate_frame(frame, PACK, as_of=AS_OF).columns if "group" in name.casefold()]
    assert evaluate_frame(frame, PACK, as_of=AS_OF, keep=["group:*"]).columns[-2:] == ["group:sex", "Group:Age"]
    assert evaluate_frame(frame, PACK, as_of=AS_OF, keep=["group:sex"]).columns[-1] == "group:sex"
