"""map: what is proposed for exports in the shapes of real systems, why, and what is left to people."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from evaluator.cli.main import run
from tests.reading.tables.workbooks import write_workbook

RULES = {
    "pack.yaml": """
pack: shop
title: Shop ladder
version: 1.0.0
effective: 2026-01-01
tracks: {shop: {title: Shop}}
verdicts:
  - {verdict: ready, when: {score: {at_least: 1}}}
  - verdict: not yet
""",
    "attributes.yaml": """
scales:
  skill_level: [none, working, expert]
attributes:
  years: {title: Years in the shop, type: number, unit: years, range: {at_least: 0, at_most: 60}, question: How many years?}
  reports: {title: Direct reports, type: integer, unit: people, range: {at_least: 0, at_most: 9000}, question: How many?}
  selling: {title: Selling, type: scale, scale: skill_level, question: How well?, also: [sales skill]}
  baking: {title: Baking, type: scale, scale: skill_level, question: How well?}
  goods: {title: Goods known, type: set, options: [bread, cakes, tea], question: Which?}
  shift: {title: Preferred shift, type: choice, options: [early, late], question: Which?}
  trained: {title: Trained on, type: date, question: When?}
  on_time: {title: Opened on time, type: number, unit: percent, range: {at_least: 0, at_most: 100}, question: How often?}
""",
    "sources.yaml": "documents: {}\n",
    "moves.yaml": "moves: []\n",
    "roles/seller.yaml": """
role: seller
title: Seller
also: [Shop Seller]
track: shop
rung: 1
criteria:
  - {id: sells, title: Sells, kind: skill, basis: judgement, when: {selling: {at_least: working}}}
  - {id: stays, title: Stays, kind: skill, basis: judgement, when: {years: {at_least: 2}}}
  - {id: knows, title: Knows goods, kind: skill, basis: judgement, when: {goods: {includes: bread}}}
  - {id: opens, title: Opens, kind: skill, basis: judgement, when: {on_time: {at_least: 80}}}
  - {id: leads, title: Leads, kind: skill, basis: judgement, when: {reports: {at_least: 1}}}
""",
    "roles/shop-manager.yaml": """
role: shop-manager
title: Shop Manager
also: [SM]
track: shop
rung: 2
criteria:
  - {id: stays, title: Stays, kind: skill, basis: judgement, when: {years: {at_least: 4}}}
""",
}
GERMAN = """Personalliste;;;;;;;;;
Stand 30.09.2026;;;;;;;;;
Personalnummer;Name;Stellenbezeichnung;years in the shop;Direct Reports;Geschlecht;Verkauf;Goods known;Preferred Shift;Trained on
007;Zoë Öz;Verkäufer;7,5;1.200;w;expert;bread, tea;EARLY;14.03.2024
008;Max Groß;Seller;12,25;3;m;working;cakes;late;04.03.2024
009;Ida Au;Senior SM;3,0;n/a;w;working;none;;31.12.2023
"""


pytestmark = pytest.mark.usefixtures("place")


@pytest.fixture(name="place")
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in RULES.items():
        path = tmp_path / "rules" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def proposed(text: str, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[dict[str, object], str]:
    """Propose a mapping for a table, and return it read as YAML, and as it is written."""
    Path("export.csv").write_text(text, encoding="utf-8")
    assert run(["map", "export.csv", *options]) == 0
    written = capsys.readouterr().out
    return yaml.safe_load(written), written


def test_a_german_export_is_understood_in_one_step(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Title rows, signs of numbers, order of days, several options in a cell, and columns by name, by words and by values."""
    found, written = proposed(GERMAN, capsys)
    assert found == {
        "header_row": 3,
        "decimal": ",",
        "thousands": ".",
        "dates": "dmy",
        "columns": {
            "Personalnummer": "id",
            "Name": "name",
            "Stellenbezeichnung": "role",
            "years in the shop": "years",
            "Direct Reports": "reports",
            "Verkauf": None,
            "Goods known": {"attribute": "goods", "separator": ","},
            "Preferred Shift": "shift",
            "Trained on": "trained",
        },
    }
    assert 'Geschlecht: "group:geschlecht"' in written  # named, and read by nobody unasked
    assert "Verkauf: ~  # perhaps selling or baking: its words are of each" in written
    assert "Verkäufer: ~  # 1 row" in written
    (place / "map.yaml").write_text(written.replace("Verkauf: ~", "Verkauf: selling"), encoding="utf-8")
    assert run(["evaluate", "export.csv", "--map-file", "map.yaml", "--role", "seller", "--as-of", "2026-11-01", "--format", "jsonl"]) == 0
    judged = capsys.readouterr().out
    assert '"id":"007"' in judged.replace(" ", "")
    assert '"verdict":"ready"' not in judged.replace(" ", "")  # on time is not stated


def test_a_column_that_several_attributes_fit_is_taken_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Words of a scale that two attributes are on say nothing of which it is."""
    found, written = proposed("id,Selling (self),x\na,expert,expert\nb,working,none\n", capsys)
    assert found["columns"] == {"id": "id", "Selling (self)": "selling", "x": None}
    assert "by its name and its values: all 2 words in it are of selling" in written
    # `selling` is taken, so that one attribute is left whose words fit; a name that says nothing is no reason against it
    assert "x: ~" in written or "x: baking" in written


def test_what_is_spelt_otherwise_is_proposed_and_what_is_another_word_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    """Accents and signs are no other word; a word that is nearly one is named, and decided by people."""
    found, written = proposed("id,selling\na,Ex-pert\nb,workng\nc,gut\nd,gut\ne,working\n", capsys)
    assert found["columns"] == {"id": "id", "selling": {"attribute": "selling", "values": {"Ex-pert": "expert"}}}
    lines = [line.strip("# ") for line in written.splitlines() if line.strip().startswith("#   ")]
    assert lines == ["gut: ~  # 2 rows", "workng: ~  # 1 row, perhaps working"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["7.5", "8"], {}),
        (["7,5", "8"], {"decimal": ","}),
        (["1.250,5"], {"decimal": ",", "thousands": "."}),
        (["1,250.5"], {"thousands": ","}),
        (["1 250,5"], {"decimal": ",", "thousands": " "}),
        (["1,250"], {}),
        (["1'250.5"], {"thousands": "'"}),
    ],
)
def test_signs_of_numbers_follow_from_those_with_one_reading(
    cells: list[str],
    said: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What no number tells is told as ambiguous, and left."""
    rows = "".join(f'p{number},"{cell}"\n' for number, cell in enumerate(cells))
    found, written = proposed(f"id,years\n{rows}", capsys)
    assert {key: value for key, value in found.items() if key != "columns"} == said
    assert ("can be read in two ways" in written) == (cells == ["1,250"])


@pytest.mark.parametrize(
    ("days", "order"),
    [(["14.03.2024", "04.03.2024"], "dmy"), (["03/14/2024", "04/03/2024"], "mdy"), (["04/03/2024"], None), (["14.03.2024"], None)],
)
def test_the_order_of_days_follows_from_those_with_one_reading(
    days: list[str],
    order: str | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is only said where it is needed."""
    found, written = proposed("id,trained\n" + "".join(f"p{number},{day}\n" for number, day in enumerate(days)), capsys)
    assert found.get("dates") == order
    assert ("say `dates: dmy` or `dates: mdy`" in written) == (days == ["04/03/2024"])


def test_shares_that_are_fractions_are_seen(capsys: pytest.CaptureFixture[str]) -> None:
    """Only where every number lies within 0 and 1, and one between."""
    found, _ = proposed("id,on_time\na,0.875\nb,1\nc,\n", capsys)
    assert found["columns"] == {"id": "id", "on_time": {"attribute": "on_time", "fractions": True}}
    found, _ = proposed("id,on_time\na,1\nb,0\n", capsys)
    assert found["columns"] == {"id": "id", "on_time": "on_time"}


def test_ids_and_roles_are_found_by_what_stands_in_a_column(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no name says so: a column with another code in every row, and one full of the pack's titles."""
    found, written = proposed("code,what,years\na1,Seller,3\na2,Shop Manager,3\na3,SM,4\n", capsys)
    assert found["columns"] == {"code": "id", "what": "role", "years": "years"}
    assert "as it alone has another one in every row" in written
    _, written = proposed("city,years\nBonn,3\nBonn,4\n", capsys)
    assert "Nothing says which column tells people apart" in written


def test_a_mapping_that_is_there_is_told_what_it_leaves_open(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What it says is taken for said, and only the rest is proposed."""
    (place / "map.yaml").write_text(
        "columns:\n  Nr: id\n  Verkauf: {attribute: selling, values: {gut: expert}}\n  Ort: ~\n", encoding="utf-8"
    )
    (place / "export.csv").write_text("Nr,Verkauf,Ort\n1,gut,Bonn\n2,mies,Kiel\n3,mies,\n", encoding="utf-8")
    assert run(["map", "export.csv", "--map-file", "map.yaml"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Verkauf selling as the mapping says 2 rows" in said
    assert "Ort not read not to be read, as the mapping says" in said
    assert "To decide Verkauf: mies (2 rows)" in said


def test_rows_that_cannot_be_read_are_told_and_stand_in_no_count(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As those with too many cells: a proposal must not seem to go by all rows."""
    (place / "export.csv").write_text("id;years\nann;3,5;7\nbo;2\n", encoding="utf-8")
    assert run(["map", "export.csv"]) == 0
    said = capsys.readouterr()
    assert "# 1 row could not be read, and nothing here goes by them: " in said.out
    assert "Left out 1 row cannot be read and is in no count; line 2: " in " ".join(said.err.split())
    assert "decimal" not in yaml.safe_load(said.out)


def test_a_table_that_is_no_utf8_is_read_by_the_encoding_of_windows(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With a word to look at, as other encodings have other letters there; by the mapping, the table is read."""
    (place / "export.csv").write_bytes("id;Verkäufe;years\nZoë;gut;3,5\nbo;gut;2\n".encode("windows-1252"))
    assert run(["map", "export.csv", "-o", "map.yaml"]) == 0
    written = (place / "map.yaml").read_text(encoding="utf-8")
    assert "encoding: windows-1252  # it is no UTF-8; look whether “Verkäufe” is written right, and name another one if not" in written
    assert "could not be read" not in written
    found = yaml.safe_load(written)
    assert (found["encoding"], found["decimal"], found["columns"]["Verkäufe"]) == ("windows-1252", ",", None)
    capsys.readouterr()
    run(["evaluate", "export.csv", "--map-file", "map.yaml", "--role", "seller", "--as-of", "2026-11-01", "--format", "csv"])
    assert "Zoë" in capsys.readouterr().out
    (place / "export.csv").write_bytes("id;Verkäufe;years\nZoë;gut;3,5\n".encode("utf-16"))
    assert run(["map", "export.csv"]) == 0
    assert "encoding" not in yaml.safe_load(capsys.readouterr().out)  # the mark says it


def test_labels_below_the_keys_of_a_system_are_the_names(capsys: pytest.CaptureFixture[str]) -> None:
    """A user data file names its columns twice: by keys that say nothing, and by what people call them."""
    found, written = proposed("STATUS,USERID,CUSTOM01\nStatus,User ID,Years in the shop\nactive,a1,3\nactive,b2,4\n", capsys)
    assert found == {"header_row": 2, "columns": {"Status": None, "User ID": "id", "Years in the shop": "years"}}
    assert "header_row: 2  # the row above names the same columns by the keys of the system" in written
    found, _ = proposed("Title\n\nUSERID,CUSTOM01\nUser ID,Years in the shop\na1,3\n", capsys)
    assert found == {"header_row": 4, "columns": {"User ID": "id", "Years in the shop": "years"}}
    found, _ = proposed("User ID,Selling\nuser-id,expert\nb,working\n", capsys)  # somebody is called so
    assert "header_row" in found
    found, _ = proposed("User ID,Selling\na,expert\nUser ID,working\n", capsys)
    assert "header_row" not in found


def test_names_in_two_columns_are_put_together(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The given name first, whatever the order of the columns; one column of whole names is enough."""
    found, written = proposed("Personalnummer,Nachname,Vorname,years\n1,Öz,Zoë,3\n2,Groß,,4\n", capsys)
    assert [*found["columns"].items()] == [  # type: ignore[attr-defined]
        ("Personalnummer", "id"),
        ("Vorname", "name"),
        ("Nachname", "name"),
        ("years", "years"),
    ]
    (place / "map.yaml").write_text(written, encoding="utf-8")
    assert run(["map", "export.csv", "--map-file", "map.yaml"]) == 0
    assert "not read" not in capsys.readouterr().out
    assert run(["evaluate", "export.csv", "--map-file", "map.yaml", "--role", "seller", "--as-of", "2026-11-01", "--format", "csv"]) == 0
    assert [line.split(",")[:2] for line in capsys.readouterr().out.splitlines()[1:]] == [["1", "Zoë Öz"], ["2", "Groß"]]
    found, _ = proposed("id,Full name,Vorname,Nachname,years\n1,Zoë Öz,Zoë,Öz,3\n", capsys)
    assert found["columns"] == {"id": "id", "Full name": "name", "Vorname": None, "Nachname": None, "years": "years"}
    found, _ = proposed("id,Nom,years\n1,Öz,3\n", capsys)
    assert found["columns"] == {"id": "id", "Nom": None, "years": "years"}


def test_what_several_names_share_is_left_out_of_each(capsys: pytest.CaptureFixture[str]) -> None:
    """As `Skill: ` before and ` (1-5)` behind; of two it may be part of the name."""
    rows = "a,expert,none,3\nb,working,none,4\n"
    found, written = proposed(f"id,Skill: Selling,Skill: Baking,Skill: Humour\n{rows}", capsys)
    assert found["columns"] == {"id": "id", "Skill: Selling": "selling", "Skill: Baking": "baking", "Skill: Humour": None}
    assert "by its name without “Skill:”, which several have" in written
    found, _ = proposed(f"id,Selling [self],Baking [self],Years in the shop [self]\n{rows}", capsys)
    assert found["columns"] == {"id": "id", "Selling [self]": "selling", "Baking [self]": "baking", "Years in the shop [self]": "years"}
    found, written = proposed("id,Gap: years,Gap: Direct reports\na,3,1\n", capsys)
    assert "without “Gap:”" not in written


def test_words_of_several_columns_are_decided_once(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where they have the same options; what one column alone calls otherwise is decided there."""
    found, written = proposed("id,selling,baking,shift\na,gut,mies,früh\nb,gut,gut,\nc,sehr gut,,\n", capsys)
    assert found["columns"] == {"id": "id", "selling": "selling", "baking": "baking", "shift": {"attribute": "shift"}}
    lines = written.splitlines()
    at = lines.index("# values:")
    assert lines[at + 1] == "  # To decide once for 2 columns: one of none, working, expert, or ~ where nothing is known; take the # away."
    assert lines[at + 2 : at + 5] == ["  #   gut: ~  # 3 rows", "  #   mies: ~  # 1 row", "  #   sehr gut: ~  # 1 row"]
    assert "    #   früh: ~  # 1 row" in lines
    decided = "values: {gut: working, sehr gut: expert, mies: ~, früh: early}\n"
    (place / "map.yaml").write_text("\n".join(lines).replace("\n# values:\n", f"\n{decided}"), encoding="utf-8")
    assert run(["map", "export.csv", "--map-file", "map.yaml"]) == 0
    assert "To decide" not in capsys.readouterr().out.split("Table  ")[1]


def test_the_department_of_a_person_is_none_they_worked_with(capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is like that of a set, in which no option stands, is left to people."""
    found, written = proposed("id,Good known\na,Payments\nb,Search\n", capsys)
    assert found["columns"] == {"id": "id", "Good known": None}
    assert "perhaps goods" in written
    found, _ = proposed("id,Good known\na,bread\nb,cakes\n", capsys)
    assert found["columns"] == {"id": "id", "Good known": "goods"}


def test_a_mapping_that_is_there_is_never_written_anew(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What people decided in it would be lost; what options say of the table goes into a new one."""
    (place / "export.csv").write_text("id,years\na,3\n", encoding="utf-8")
    (place / "map.yaml").write_text("columns: {id: id}\nconstants: {shift: late}\n", encoding="utf-8")
    assert run(["map", "export.csv", "--map-file", "map.yaml", "-o", "new.yaml"]) == 2
    assert "leave -o out" in capsys.readouterr().err
    assert not (place / "new.yaml").exists()
    assert run(["map", "export.csv", "--dates", "dmy", "-o", "new.yaml"]) == 0
    assert yaml.safe_load((place / "new.yaml").read_text(encoding="utf-8"))["dates"] == "dmy"


def test_a_file_that_is_there_stays_unless_it_is_to_go(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody may have decided things in it."""
    (place / "export.csv").write_text("id,years\na,3\n", encoding="utf-8")
    (place / "map.yaml").write_text("mine", encoding="utf-8")
    assert run(["map", "export.csv", "-o", "map.yaml"]) == 2
    assert (place / "map.yaml").read_text(encoding="utf-8") == "mine"
    assert run(["map", "export.csv", "-o", "map.yaml", "--force"]) == 0
    assert yaml.safe_load((place / "map.yaml").read_text(encoding="utf-8")) == {"columns": {"id": "id", "years": "years"}}
    assert "Covers" in capsys.readouterr().out


def test_the_sheet_of_a_workbook_is_named_where_there_are_several(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And its header below a title is found."""
    rows = [["Headcount"], [], ["Employee ID", "Job Title", "years"], ["00042", "Seller", 3]]
    write_workbook(place / "export.xlsx", {"Cover": [["as of today"]], "Staff": rows})
    assert run(["map", "export.xlsx", "--sheet", "Staff", "-o", "map.yaml"]) == 0
    assert yaml.safe_load((place / "map.yaml").read_text(encoding="utf-8")) == {
        "sheet": "Staff",
        "header_row": 3,
        "columns": {"Employee ID": "id", "Job Title": "role", "years": "years"},
    }
    capsys.readouterr()
    assert run(["evaluate", "export.xlsx", "--map-file", "map.yaml", "--as-of", "2026-11-01", "--role", "seller", "--format", "csv"]) == 0
    assert "00042" in capsys.readouterr().out


@pytest.mark.parametrize("path", ["rules", "rules/pack.yaml", "people.jsonl", "nothing.csv"])
def test_what_has_no_row_of_names_is_refused_in_a_sentence(path: str, place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what to name instead."""
    (place / "people.jsonl").write_text('{"id": "a"}\n', encoding="utf-8")
    assert run(["map", path]) == 2
    said = capsys.readouterr()
    assert not said.out
    assert "error" in said.err
    assert "help: " in said.err
