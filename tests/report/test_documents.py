"""What a person may have filled in is not replaced unasked, and what names people is for its owner alone unless asked otherwise."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluator.cli.main import run
from tests.product import PRODUCT

Capture = pytest.CaptureFixture[str]
SOFIA, ADA = "profiles/sofia-marquez.yaml", "profiles/ada-lindqvist.yaml"
DAY = ["--as-of", "2026-11-01"]
DECISION = ["--decision", "deferred", "--reason", "Not yet.", "--on", "2026-10-05"]
DOCUMENTS = {
    "case.html": ["case", SOFIA, "product-director"],
    "case.docx": ["case", SOFIA, "product-director"],
    "case.md": ["case", SOFIA, "product-director", "--anonymous"],
    "compare.html": ["compare", SOFIA, ADA, "--role", "product-director"],
    "explain.md": ["explain", SOFIA, "product-director"],
    "explain.json": ["explain", SOFIA, "product-director"],
    "plan.md": ["plan", SOFIA, "product-director"],
    "whatif.json": ["whatif", SOFIA, "--set", "direct_reports=3"],
    "export.csv": ["decisions", "export", "log.jsonl"],
    "export.jsonl": ["decisions", "export", "log.jsonl"],
    "decide.json": ["decide", ADA, "product-director", *DECISION, "--log", "log.jsonl"],
    "imported.yaml": ["profile", "import", "jsonresume", "resume.json"],
}
"""Documents: each stays unless --force is given."""
RESULTS = {
    "people.csv": ["evaluate", "people.csv"],
    "people.parquet": ["evaluate", "people.csv"],
    "people.xlsx": ["evaluate", "people.csv"],
    "people.page.html": ["evaluate", "people.csv"],
    "one.json": ["evaluate", SOFIA],
    "rank.csv": ["rank", "people.csv", "--role", "product-director"],
    "diff.json": ["diff", "rules", "rules", "--on", "people.csv"],
    "sweep.csv": ["sweep", "product-director", "product-lines.product_lines.at_least", "--values", "2", "--on", "people.csv"],
    "backtest.json": ["backtest", "--decisions", "decisions.csv", "--on", "people.csv", "--no-search"],
    "impact.json": ["impact", "--on", "people.csv", "--role", "product-director", "--by", "sex"],
    "check.json": ["profile", "check", SOFIA],
    "list.md": ["decisions", "list", "log.jsonl"],
    "verify.json": ["decisions", "verify", "log.jsonl"],
    "replay.md": ["decisions", "replay", "log.jsonl"],
}
"""Results, of which a job makes new ones every month: an earlier one is replaced."""
ABOUT_RULES = {
    "lint.json": ["lint"],
    "show.md": ["show", "product-director"],
    "graph.svg": ["graph"],
}


@pytest.fixture(name="mask", params=[0o022, pytest.param(0o077, marks=pytest.mark.soak)], ids=lambda mask: f"umask-{mask:03o}")
def _mask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


@pytest.fixture(name="here", scope="module")
def _here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    shutil.copytree(PRODUCT / "rules", folder / "rules")
    shutil.copytree(PRODUCT / "profiles", folder / "profiles")
    lines = (PRODUCT / "profiles" / "people.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "people.csv").write_text("".join(lines[:41]) + lines[41].replace(",", ",x,", 1), encoding="utf-8")
    (folder / "decisions.csv").write_text("person,role,decision,date\np003,product-director,deferred,2026-10-01\n", encoding="utf-8")
    work = '[{"name": "A", "position": "Product Manager", "startDate": "2020-01", "endDate": "2022-01"}]'
    (folder / "resume.json").write_text(f'{{"basics": {{"name": "Jana Novak"}}, "work": {work}}}', encoding="utf-8")
    return folder


@pytest.fixture(name="logged", scope="module")
def _logged(here: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a log of one decision, and what is kept beside it, of which each test has a copy."""
    folder = tmp_path_factory.mktemp("logged")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(here)
        assert run(["decide", SOFIA, "product-director", *DECISION, "--log", str(folder / "log.jsonl")]) == 0
    return folder


@pytest.fixture(autouse=True)
def _there(here: Path, logged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(here)
    for path in here.glob("log*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in logged.iterdir():
        shutil.copytree(path, here / path.name) if path.is_dir() else shutil.copy2(path, here)


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def made(words: list[str], file: Path, *more: str) -> int:
    day = [] if words[0] in {"backtest", "decide", "decisions", "lint", "show", "graph"} else DAY
    return run([*words, "-o", str(file), *day, *more])


@pytest.mark.slow
@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_that_is_there_stays(tmp_path: Path, capfd: Capture, name: str) -> None:
    """By its own name or through a link; one sentence names the file and the option, and with that it is replaced."""
    file, log = tmp_path / name, Path("log.jsonl").read_bytes()
    for content in (b"KEEP", b""):
        file.write_bytes(content)
        link = file.with_name(f"link-{name}")
        link.symlink_to(file)
        for place in (file, link):
            assert made(DOCUMENTS[name], place) == 2
            said = capfd.readouterr()
            assert said.err == f"error: {place} is there already, and stays as it is\nhelp: name another file, or replace it with --force\n"
            assert said.out == ""
        assert file.read_bytes() == content
        assert Path("log.jsonl").read_bytes() == log
        link.unlink()
    file.chmod(0o644)
    assert made(DOCUMENTS[name], file, "--force") == 0
    assert len(file.read_bytes()) > 10
    assert mode_of(file) == 0o644
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["case.html", "explain.md"])
def test_a_document_that_appears_while_it_is_made_stays(tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Somebody saves theirs between the look and the writing."""
    file = tmp_path / name
    from evaluator.cli import output

    real = output.write_file

    def later(path: Path, content: str | bytes, **given: object) -> None:
        path.write_bytes(b"KEEP")
        real(path, content, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(output, "write_file", later)
    assert made(DOCUMENTS[name], file) == 2
    assert "is there already" in capfd.readouterr().err
    assert file.read_bytes() == b"KEEP"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_exported_facts_that_are_there_stay(tmp_path: Path, capfd: Capture) -> None:
    """A file, or a profile in a folder that says something else; then nothing at all is exported."""
    lines, folder = tmp_path / "facts.jsonl", tmp_path / "facts"
    lines.write_bytes(b"KEEP")
    assert run(["decisions", "export", "log.jsonl", "-o", str(tmp_path / "first.csv"), "--profiles", str(folder)]) == 0
    (profile,) = folder.iterdir()
    assert run(["decisions", "export", "log.jsonl", "-o", str(tmp_path / "same.csv"), "--profiles", str(folder)]) == 0
    profile.write_bytes(b"KEEP")
    for place in (lines, folder):
        assert run(["decisions", "export", "log.jsonl", "-o", str(tmp_path / "out.csv"), "--profiles", str(place)]) == 2
        assert "is there already, and stays as it is" in capfd.readouterr().err
        assert not (tmp_path / "out.csv").exists()
    assert (lines.read_bytes(), profile.read_bytes()) == (b"KEEP", b"KEEP")
    for place in (lines, folder):
        assert run(["decisions", "export", "log.jsonl", "-o", str(tmp_path / "out.csv"), "--profiles", str(place), "--force"]) == 0
    assert b"KEEP" not in lines.read_bytes() + profile.read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", RESULTS)
def test_a_result_takes_the_place_of_an_earlier_one(tmp_path: Path, name: str) -> None:
    """And there is no --force to say so."""
    file = tmp_path / name
    file.write_bytes(b"EARLIER")
    assert made(RESULTS[name], file) in {0, 1}
    assert b"EARLIER" not in file.read_bytes()
    assert made(RESULTS[name], file, "--force") == 2


@pytest.mark.slow
@pytest.mark.parametrize("name", [*DOCUMENTS, *RESULTS])
def test_what_names_people_is_for_its_owner_alone(tmp_path: Path, mask: int, name: str) -> None:
    """Whatever the umask, and rejected rows with it; --shared leaves it to the umask, and a file that is there to its own mode."""
    words = (DOCUMENTS | RESULTS)[name]
    assert made(words, tmp_path / name) in {0, 1}
    assert {path.name: mode_of(path) for path in tmp_path.iterdir()} == {path.name: 0o600 for path in tmp_path.iterdir()}
    if name.startswith("people."):
        assert f"{name}.rejected.csv" in {path.name for path in tmp_path.iterdir()}
    (tmp_path / "shared").mkdir()
    more = ["--corrects", "2"] if words[0] == "decide" else []
    assert made(words, tmp_path / "shared" / name, "--shared", *more) in {0, 1}
    assert {mode_of(path) for path in (tmp_path / "shared").iterdir()} == {0o666 & ~mask}


@pytest.mark.parametrize("name", ABOUT_RULES)
def test_what_is_about_rules_is_an_ordinary_file(tmp_path: Path, mask: int, name: str) -> None:
    """It names nobody."""
    assert made(ABOUT_RULES[name], tmp_path / name) in {0, 1}
    assert mode_of(tmp_path / name) == 0o666 & ~mask
    assert made(ABOUT_RULES[name], tmp_path / name, "--shared") == 2


def test_a_log_and_what_is_beside_it(tmp_path: Path, mask: int) -> None:
    """For its owner alone, or as the umask says, or for whom the log is that was there before."""
    for name, more, before in (("own", [], None), ("shared", ["--shared"], None), ("team", [], 0o660)):
        log = tmp_path / f"{name}.jsonl"
        if before is not None:
            log.touch()
            log.chmod(before)
        assert run(["decide", SOFIA, "product-director", *DECISION, "--log", str(log), *more]) == 0
        wanted = {"own": 0o600, "shared": 0o666 & ~mask, "team": 0o660}[name]
        inside = list(log.with_suffix(".d").rglob("*"))
        assert {mode_of(path) for path in (log, *inside) if path.is_file()} == {wanted}
        folders = {mode_of(path) for path in (log.with_suffix(".d"), *inside) if path.is_dir()}
        assert folders == {wanted | (wanted & 0o444) >> 2}
        log.write_bytes(log.read_bytes() + b'{"torn')
        assert run(["decisions", "repair", str(log)]) == 0
        assert [mode_of(path) for path in (log.with_suffix(".d") / "torn").iterdir()] == [wanted]


def test_exported_facts_are_for_their_owner_alone(tmp_path: Path, mask: int) -> None:
    """The folder and each profile in it."""
    for name, more in (("own", []), ("shared", ["--shared"])):
        folder = tmp_path / name
        assert run(["decisions", "export", "log.jsonl", "-o", str(tmp_path / f"{name}.csv"), "--profiles", str(folder), *more]) == 0
        wanted = 0o600 if name == "own" else 0o666 & ~mask
        assert [mode_of(path) for path in folder.iterdir()] == [wanted]
        assert mode_of(folder) == wanted | (wanted & 0o444) >> 2


@pytest.mark.parametrize("name", ["case.html", "people.csv", "decide.json", "rank.csv", "imported.yaml"])
def test_a_folder_that_is_not_there_is_told_before_anything_is_done(tmp_path: Path, capfd: Capture, name: str) -> None:
    """No decision is recorded that could not be told of."""
    log = Path("log.jsonl").read_bytes()
    assert made((DOCUMENTS | RESULTS)[name], tmp_path / "nowhere" / name) == 2
    assert f"there is no folder {tmp_path / 'nowhere'}" in capfd.readouterr().err
    assert Path("log.jsonl").read_bytes() == log
