"""What new users reach for: people by name, the list of attributes, CSV for Excel, roles completed by the shell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from evaluator.cli.failures import Unusable
from evaluator.cli.main import run
from evaluator.core.model import Profile
from evaluator.diagnostics import Span
from evaluator.populations.person_option import the_one
from evaluator.report.attributes import attributes_asked
from tests.product import PRODUCT

Capture = pytest.CaptureFixture[str]
RULES = str(PRODUCT / "rules")
NAMES = [("a", "Ann"), ("b", "ann"), ("c", "Bo Li"), ("Ann", None)]
PEOPLE = [Profile(id=id_, name=name, span=Span.whole_file("people.csv")) for id_, name in NAMES]


@pytest.mark.parametrize(("person", "id_"), [("a", "a"), ("bo  LI", "c"), ("Ann", "Ann")])
def test_a_person_goes_by_id_before_name(person: str, id_: str) -> None:
    """Case and spaces do not count in names; an id wins over a name."""
    assert the_one("people.csv", person, PEOPLE).id == id_


def test_a_shared_name_is_told_with_the_ids() -> None:
    """Nobody is picked where two could be meant."""
    with pytest.raises(Unusable, match=r"people\.csv holds 2 people called `ANN`") as problem:
        the_one("people.csv", "ANN", PEOPLE)
    assert problem.value.step == "name one by the id: a, b"


def test_the_attributes_are_listed_with_all_that_a_form_needs(capsys: Capture) -> None:
    """As JSON, every attribute of the pack, in order, with type, unit, range, question and other names."""
    assert run(["show", "--attributes", "--rules", RULES, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["format"] == "evaluator/attributes"
    by_id = {one["id"]: one for one in found["attributes"]}
    years = by_id["product_management_years"]
    assert (years["type"], years["unit"], years["at_least"], years["at_most"]) == ("number", "years", 0, 60)
    assert years["question"].endswith("product management roles?")
    assert years["also"] == ["pm years", "product years"]
    assert (years["computed"], years["may_be_given"]) == (True, True)
    assert by_id["strategic_thinking"]["options"][0] == "none"
    assert by_id["history"]["fields"]["start"] == "date"
    assert by_id["certifications"]["absent_means"] == []
    assert by_id["feedback_360_on"]["precision"] == "month"


def test_a_role_lists_what_it_rests_on(capsys: Capture) -> None:
    """What is computed brings what it is computed from; what the role never reads is left out."""
    from evaluator.reading.pack.pack import load_pack

    pack = load_pack(RULES)
    names = {one.id for one in attributes_asked(pack, pack.roles["product-director"])}
    assert {"product_management_years", "history"} <= names
    assert "cycle_time_now" not in names
    assert len(attributes_asked(pack)) == len(pack.attributes)
    assert run(["show", "product-director", "--attributes", "--rules", RULES, "--format", "markdown"]) == 0
    said = capsys.readouterr().out
    assert "| product\\_management\\_years | number, 0 to 60 years |" in said
    assert "How many years have you worked in product management roles?" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["show"],
            "there is nothing to show\nhelp: name a role, show the whole ladder with --all, or list the attributes with --attributes",
        ),
        (["show", "product-director", "--format", "json"], "json is written of the attributes alone"),
        (["evaluate", "x.yaml", "--bom"], "only CSV begins with a byte order mark, and this is table"),
    ],
)
def test_what_cannot_be_is_a_sentence(words: list[str], said: str, capsys: Capture) -> None:
    """With a next step."""
    assert run([*words, "--rules", RULES]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("more", [[], ["--chunk-rows", "2"]])
def test_excel_reads_csv_with_a_mark(more: list[str], tmp_path: Path, capsys: Capture) -> None:
    """One mark at the very beginning, of results and of rejected rows, and none without the option; it can be read again."""
    people = tmp_path / "people.csv"
    people.write_text("id,name,role,work_years\na,Zoë,product-manager,3\nb,Bo,,3\nc,Cy,,x\nd,Di,,\n", encoding="utf-8-sig")
    shared = ["evaluate", str(people), "--rules", RULES, "--as-of", "2026-11-01", *more]
    assert run([*shared, "-o", str(tmp_path / "marked.csv"), "--bom"]) == 1
    assert run([*shared, "-o", str(tmp_path / "plain.csv")]) == 1
    for name in ("", ".rejected.csv"):
        marked, plain = ((tmp_path / f"{kind}.csv{name}").read_bytes() for kind in ("marked", "plain"))
        assert marked == b"\xef\xbb\xbf" + plain
        assert b"\xef\xbb\xbf" not in plain
    capsys.readouterr()
    assert run(["evaluate", str(tmp_path / "marked.csv"), "--rules", RULES, "--role", "product-manager"]) == 0
    assert "Zoë" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("evaluator explain x.yaml product-d", ["product-director"]),
        ("evaluator evaluate --role vp", ["vp-of-product-operations"]),
        ("evaluator show --rules nowhere product", []),
    ],
)
def test_a_shell_completes_roles(words: str, expected: list[str], tmp_path: Path) -> None:
    """By the names of role files; silent where there are none."""
    script = "import sys; from evaluator.cli.main import run; sys.exit(run([]))"
    environment = {**os.environ, "_EVALUATOR_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    ran = subprocess.run([sys.executable, "-c", script], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    assert [line.removeprefix("plain,") for line in ran.stdout.split()] == expected


def test_json_has_the_shape_of_what_was_asked(tmp_path: Path, capsys: Capture) -> None:
    """A profile is an evaluation; a folder or a table with one person in it is a list."""
    (tmp_path / "ada.yaml").write_text("profile: ada\n", encoding="utf-8")
    (tmp_path / "one.csv").write_text("id\nada\n", encoding="utf-8")
    found = []
    for path in (tmp_path / "ada.yaml", tmp_path, tmp_path / "one.csv"):
        assert run(["evaluate", str(path), "--rules", RULES, "--format", "json", "--role", "product-manager"]) == 0
        found.append(json.loads(capsys.readouterr().out)["format"])
    assert found == ["evaluator/evaluation", "evaluator/evaluations", "evaluator/evaluations"]


def test_explain_reads_tables_of_every_kind(tmp_path: Path, capsys: Capture) -> None:
    """JSON Lines and decimal commas too, by name."""
    (tmp_path / "people.jsonl").write_text('{"id": "a", "name": "Ann", "work_years": 3}\n{"id": "b", "name": "Bo"}\n', encoding="utf-8")
    (tmp_path / "people.csv").write_text("id;name;work years\na;Ann;3,5\nb;Bo;\n", encoding="utf-8")
    for more in (["people.jsonl"], ["people.csv", "--decimal", ","]):
        assert run(["explain", str(tmp_path / more[0]), "product-manager", "--person", "ann", "--rules", RULES, *more[1:]]) == 0
        assert capsys.readouterr().out.startswith("Ann as Product Manager\n")
