"""Files with one mistake each, and word for word what a person is told about it.

To write the goldens anew after a change of a message: UPDATE_GOLDENS=1 python -m pytest tests/bad — then read every line of the difference.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from evaluator.diagnostics import Problems
from evaluator.diagnostics.codes import CODES
from evaluator.report.findings import findings_text
from tests.bad.overlay import BASE, HERE, found_in, laid_over

CASES = sorted(path for path in (HERE / "cases").iterdir() if path.is_dir())
GENERATED = HERE / "generated"
EXPECTED = "expected.txt"
UPDATE = bool(os.environ.get("UPDATE_GOLDENS"))
Files = Mapping[str, bytes | None]

_ROLE = (BASE / "roles/lead.yaml").read_bytes()
MADE: Mapping[str, Callable[[], Files]] = {
    "larger-than-4-mib": lambda: {"roles/lead.yaml": _ROLE + b"# " + b"x" * (4 * 1024 * 1024)},
    "more-than-100000-values": lambda: {"roles/lead.yaml": _ROLE + b"also: [" + b"a, " * 100_001 + b"a]\n"},
    "no-attributes-file": lambda: {"attributes.yaml": None},
    "no-sources-file": lambda: {"sources.yaml": None},
    "no-roles": lambda: {
        "roles/lead.yaml": None,
        "roles/junior.yaml": None,
        "roles/chief.yaml": None,
        "tests/lead.yaml": None,
        "moves.yaml": None,
    },
    "no-pack-file": lambda: {"pack.yaml": None},
    "two-files-of-one-role": lambda: {"roles/lead.yml": _ROLE},
    "table-cell-of-two-million-letters": lambda: {"people.csv": b"id,name\nada," + b"a" * 2_000_000 + b"\n"},
    "a-line-of-a-million-letters": lambda: {"roles/lead.yaml": _ROLE.replace(b"weight: 2", b"weight: " + b"9" * 1_000_000)},
}
"""Cases too large, or too much of nothing, to be kept as files."""


def files_of(case: Path) -> dict[str, bytes]:
    """Return the files of a case that replace those of the base."""
    return {
        path.relative_to(case).as_posix(): path.read_bytes() for path in sorted(case.rglob("*")) if path.is_file() and path.name != EXPECTED
    }


def checked(files: Files, golden: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Problems:
    """Lay the files over the base, and hold what is found against the golden, or write that."""
    problems = found_in(laid_over(BASE, files, folder), files, monkeypatch)
    written = findings_text(problems)
    if UPDATE:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(written, encoding="utf-8")
    assert written == golden.read_text(encoding="utf-8")
    return problems


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_mistake_is_told_as_written(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every mistake is told with its place, its line and a next step, exactly as in the golden beside it."""
    problems = checked(files_of(case), case / EXPECTED, tmp_path, monkeypatch)
    assert len(problems) > 0


@pytest.mark.parametrize("name", MADE)
def test_a_made_up_mistake_is_told_as_written(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files too large to be kept are told of in the same way."""
    problems = checked(MADE[name](), GENERATED / f"{name}.txt", tmp_path, monkeypatch)
    assert len(problems) > 0


def test_the_base_is_without_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pack that the cases are laid over has no finding of its own, nor have its profile and its table."""
    problems = found_in(laid_over(BASE, {}, tmp_path), ["profiles/ada.yaml", "people.csv"], monkeypatch)
    assert list(problems) == []


def test_every_code_is_met_by_a_case() -> None:
    """There is a golden for every code but those of versions, exports and workbooks, which have tests of their own."""
    told = "\n".join(path.read_text(encoding="utf-8") for path in HERE.rglob("*.txt"))
    assert [code for code in CODES if f" {code} " not in told] == ["R408", "R409", "I101", "I102", "I103", "D203"]


def test_messages_are_sentences_in_lower_case() -> None:
    """Every message begins in lower case or with a quoted name, and ends without a full stop."""
    heads = [
        line
        for path in HERE.rglob("*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
        if ": error " in line or ": warning " in line
    ]
    messages = [line.split(": ", 2)[2] for line in heads]
    assert [message for message in messages if message[0].isupper() or message.endswith(".")] == []
