"""What a profile says for its keeper alone is in no output: every verb that reads people, in every format it can write."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import attrs
import click
import polars as pl
import pytest

from evaluator.candidates.decisions.canonical import digest
from evaluator.candidates.decisions.storage import folder_of
from evaluator.cli.main import run, verbs
from evaluator.core.fingerprint import profile_hash
from evaluator.populations.loading import load_people
from evaluator.reading.pack.pack import load_pack
from tests.candidates.decisions.logs import forged

RULES = Path(__file__).parents[1] / "bad" / "small"
NOTE = "Zyxnote: on sick leave since May"
GROUP = "Zyxgroup"
PROFILE = f"""profile: {{id}}
name: {{name}}
role: junior
as_of: 2026-11-01
attributes:
  years: {{years}}
  reports: 3
evidence:
  reports:
    - {{{{what: Organisation chart, when: 2026-10, confirmed_by: People team}}}}
groups: {{{{sex: {GROUP}}}}}
notes: "{NOTE}"
"""
ROLE = "lead"
PATH = "experience.years.at_least"
POPULATIONS = {"parquet", "xlsx", "html"}
READS_NOBODY = {"template", "lint", "test", "show", "graph", "init", "new role", "schema", "explain-code", "set", "prove"}
WRITES_PROFILES = {"profile new", "profile import linkedin", "profile import jsonresume"}
"""They make the keeper's own file; `profile new --from` goes on with what the other says."""
UNTIL_STOPPED = {"watch"}
"""What it writes is made by what `diff` writes with."""


def people(folder: Path) -> Path:
    """Write two people with private remarks, and a folder of the two."""
    (folder / "people").mkdir()
    for id_, name, years in (("jo-one", "Jo One", 9), ("al-two", "Al Two", 2)):
        (folder / "people" / f"{id_}.yaml").write_text(PROFILE.format(id=id_, name=name, years=years), encoding="utf-8")
    return folder / "people"


def arguments(verb: str, folder: Path) -> list[str]:
    """Return what a verb is given: the people, a role, a log of decisions on them."""
    one, two, log = str(folder / "people" / "jo-one.yaml"), str(folder / "people" / "al-two.yaml"), str(folder / "log.jsonl")
    everybody, rules = str(folder / "people"), ["--rules", str(RULES)]
    decided = ["--decision", "deferred", "--reason", "r", "--on", "2026-11-02"]
    return {
        "evaluate": ["evaluate", one, "--role", ROLE, *rules],
        "explain": ["explain", one, ROLE, *rules],
        "case": ["case", one, ROLE, *rules],
        "compare": ["compare", one, two, "--role", ROLE, *rules],
        "rank": ["rank", everybody, "--role", ROLE, *rules],
        "bench": ["bench", everybody, "--among", "everyone", *rules],
        "report": ["report", everybody, *rules, "-o", str(folder / "report.html"), "-o", str(folder / "report.xlsx")],
        "map": ["map", str(folder / "export.csv"), *rules],
        "progress": ["progress", one, everybody, "--as-of-old", "2026-08-01", "--role", ROLE, *rules],
        "plan": ["plan", one, ROLE, *rules],
        "whatif": ["whatif", one, "--role", ROLE, "--set", "reports=9", *rules],
        "decide": ["decide", one, ROLE, *decided, "--log", log, *rules],
        "decisions verify": ["decisions", "verify", log],
        "decisions list": ["decisions", "list", log],
        "decisions export": ["decisions", "export", log, "--profiles", str(folder / "facts")],
        "decisions replay": ["decisions", "replay", log],
        "decisions repair": ["decisions", "repair", log],
        "profile questions": ["profile", "questions", one, ROLE, "--all", *rules],
        "profile answer": ["profile", "answer", one, ROLE, *rules],
        "profile evidence add": ["profile", "evidence", "add", one, "years", "--what", "Contract", *rules],
        "profile evidence list": ["profile", "evidence", "list", one, *rules],
        "profile set": ["profile", "set", one, "reports=9", "notes=unknown", "groups.sex=x", "--dry-run", *rules],
        "profile check": ["profile", "check", one, *rules],
        "impact": ["impact", "--on", everybody, "--role", ROLE, "--exact", "--smallest", "1", *rules],
        "diff": ["diff", str(RULES), str(folder / "other"), "--on", everybody],
        "sweep": ["sweep", ROLE, PATH, "--on", everybody, *rules],
        "rename": ["rename", "attribute", "reports", "people_led", "--dry-run", "--in", everybody, *rules],
        "migrate": ["migrate", "--dry-run", "--on", everybody, *rules],
        "backtest": ["backtest", "--decisions", str(folder / "decisions.csv"), "--on", everybody, *rules],
    }[verb]


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every verb under the name by which it is called."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def formats(command: click.Command) -> list[str]:
    """Return the formats that a verb writes; one without a choice writes text."""
    found = [option.type.choices for option in command.params if option.name == "format" and isinstance(option.type, click.Choice)]
    return [str(one) for one in found[0]] if found else [""]


EVERY = dict(commands(verbs))
CASES = [(verb, form) for verb, command in EVERY.items() for form in formats(command)]
READING = [(verb, form) for verb, form in CASES if verb not in READS_NOBODY | WRITES_PROFILES | UNTIL_STOPPED]
TELLING_GROUPS = {"impact", "diff", "sweep", "rank", "decisions export"}
"""Verbs on whole populations have tests of their own for groups; exported facts carry them, for `impact`."""


def content(path: Path) -> str:
    """Return all that a file says, also one that is packed."""
    if path.suffix in {".docx", ".xlsx"}:
        with zipfile.ZipFile(path) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    if path.suffix == ".parquet":
        return pl.read_parquet(path).write_csv()
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("verb", "form"), READING)
def test_notes_and_groups_are_in_no_output(verb: str, form: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The marker of the notes is in no byte of what a verb writes, nor in what it says beside; nor is a person's group."""
    people(tmp_path)
    if verb == "diff":
        edit(tmp_path / "other")
    (tmp_path / "export.csv").write_text(
        f"id,years,notes,sex,group:age\njo-one,9,{NOTE},{GROUP},{GROUP}\nal-two,2,{NOTE},{GROUP},{GROUP}\n"
    )
    (tmp_path / "decisions.csv").write_text("person,role,decision,date\njo-one,lead,promoted,2026-11-02\n")
    if verb.startswith("decisions"):
        assert run(arguments("decide", tmp_path)) == 0
    endings = {"markdown": "md", "table": "txt", "text": "txt", "": "txt"}
    target = tmp_path / f"out.{endings.get(form, form)}"
    to = ["--format", form, "-o", str(target)] if form else []
    given = arguments(verb, tmp_path)
    if verb == "impact":  # of two groups, one of which is behind: the limit is broken, and annotations tell it
        for id_ in ("bo-three", "di-four"):
            text = PROFILE.format(id=id_, name=id_.title(), years=9).replace(GROUP, "others")
            (tmp_path / "people" / f"{id_}.yaml").write_text(text, encoding="utf-8")
        given += ["--fail-if", "sex ratio < 0.8"]
    if verb == "evaluate" and form in POPULATIONS:
        given[1] = str(tmp_path / "people")
    if verb == "profile check":
        to = to[:2]
        path = Path(given[2])
        path.write_text(path.read_text(encoding="utf-8").replace("  reports: 3\n", "  reports: 3\n  yeers: 3\n", 1), encoding="utf-8")
    if verb == "profile questions":  # something has to be open
        path = Path(given[2])
        path.write_text(path.read_text(encoding="utf-8").replace("  years: 9\n", "", 1), encoding="utf-8")
    assert run([*given, *to]) in {0, 1}
    said = "\n".join([*capfd.readouterr(), content(target) if target.exists() else ""])
    assert not target.exists() or content(target).strip(), "nothing was written in which anything could stand"
    facts = sorted((tmp_path / "facts").glob("*")) if (tmp_path / "facts").exists() else []
    said += "".join(path.read_text(encoding="utf-8") for path in facts)
    said += "".join(content(path) for path in tmp_path.glob("report.*"))
    assert verb != "report" or said.count("Jo One") > 1, "a page and a workbook"
    assert said.strip()
    assert "Zyxnote" not in said
    if verb == "impact":
        assert GROUP in said
        assert "jo-one" not in said.replace(str(tmp_path), "")
        assert "Jo One" not in said
    if verb not in TELLING_GROUPS and (verb, form) not in {("evaluate", one) for one in POPULATIONS}:
        assert GROUP not in said


def edit(folder: Path) -> None:
    """Write the default pack with a threshold that moves somebody."""
    for path in RULES.rglob("*.yaml"):
        copy = folder / path.relative_to(RULES)
        copy.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8")
        copy.write_text(text.replace("years: {at_least: 3}", "years: {at_least: 10}"), encoding="utf-8")


def test_every_verb_is_looked_at() -> None:
    """A verb that is new is either among those above or said to read nobody."""
    apart = READS_NOBODY | WRITES_PROFILES | UNTIL_STOPPED
    assert apart <= set(EVERY)
    assert {verb for verb, _ in READING} == set(EVERY) - apart


def test_blind_documents_and_facts_as_lines_hold_no_notes(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The options by which verbs say more, or otherwise, say no notes either."""
    people(tmp_path)
    assert run(arguments("decide", tmp_path)) == 0
    for more in (
        [*arguments("case", tmp_path), "--anonymous"],
        [*arguments("compare", tmp_path), "--anonymous"],
        [*arguments("evaluate", tmp_path), "--level", "criteria", "--format", "csv"],
        [*arguments("evaluate", tmp_path)[:1], str(tmp_path / "people"), "--rules", str(RULES), "--format", "jsonl"],
        ["decisions", "export", str(tmp_path / "log.jsonl"), "--profiles", str(tmp_path / "facts.jsonl")],
    ):
        run(more)
        assert "Zyxnote" not in "".join(capfd.readouterr())
    assert "Zyxnote" not in (tmp_path / "facts.jsonl").read_text()


@pytest.mark.parametrize("table", ["p.csv", "p.jsonl"])
def test_a_column_of_notes_is_carried_only_where_it_is_asked_for_by_name(table: str, tmp_path: Path) -> None:
    """All columns means no notes, whatever the case of the name; `--keep notes` means them."""
    lines = {
        "p.csv": "id,years,Notes,team\nada,4,Zyxnote,red\n",
        "p.jsonl": '{"id": "ada", "years": 4, "Notes": "Zyxnote", "team": "red"}\n',
    }
    (tmp_path / table).write_text(lines[table])
    given = ["evaluate", str(tmp_path / table), "--rules", str(RULES), "--all-roles", "-o", str(tmp_path / "out.csv")]
    assert run([*given, "--keep-all"]) in {0, 1}
    assert "Zyxnote" not in (tmp_path / "out.csv").read_text()
    assert "red" in (tmp_path / "out.csv").read_text()
    (tmp_path / "out.csv").unlink()
    assert run([*given, "--keep", "Notes"]) in {0, 1}
    assert "Zyxnote" in (tmp_path / "out.csv").read_text()


def test_a_snapshot_holds_no_notes_and_replays(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing beside a log has them; hashes and verdict come out as recorded."""
    people(tmp_path)
    assert run(arguments("decide", tmp_path)) == 0
    beside = [path for path in folder_of(tmp_path / "log.jsonl").rglob("*") if path.is_file()]
    assert beside
    assert not any(b"Zyxnote" in path.read_bytes() for path in beside)
    assert run(["decisions", "replay", str(tmp_path / "log.jsonl")]) == 0
    assert "1 of 1 record confirmed" in capfd.readouterr().out


def test_a_snapshot_of_an_older_version_is_verified_and_replayed_as_before(tmp_path: Path) -> None:
    """One that has notes is what was kept: sound, confirmed, and exported without them."""
    people(tmp_path)
    log = tmp_path / "log.jsonl"
    assert run(arguments("decide", tmp_path)) == 0
    (kept,) = (folder_of(log) / "profiles").iterdir()
    old = kept.read_bytes() + f'notes: "{NOTE}"\n'.encode()
    kept.with_name(f"{digest(old)}.yaml").write_bytes(old)
    forged(log, 1, lambda one: attrs.evolve(one, profile_snapshot=digest(old)), rest=True)
    kept.unlink()
    for verb in ("verify", "replay"):
        assert run(["decisions", verb, str(log)]) == 0
    assert run(["decisions", "export", str(log), "--profiles", str(tmp_path / "facts")]) == 0
    (facts,) = (tmp_path / "facts").iterdir()
    assert "Zyxnote" not in facts.read_text()


def test_a_profile_keeps_its_hash_whatever_its_notes_say(tmp_path: Path) -> None:
    """A case names the hash: remarks can be made and taken back without changing what a case rests on."""
    folder = people(tmp_path)
    pack = load_pack(RULES)
    before = [profile_hash(one) for one in load_people([folder], pack)]
    for path in folder.iterdir():
        path.write_text(path.read_text().replace(NOTE, "Nothing."))
    assert [profile_hash(one) for one in load_people([folder], pack)] == before
