"""What an import does not understand is unknown: lists, dates, rows and keys; and what was understood is kept."""

from __future__ import annotations

import calendar
import csv
import io
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.candidates.profile.importing.drafting import draft_from
from evaluator.candidates.profile.importing.export import Source
from evaluator.candidates.profile.importing.jsonresume import read_jsonresume
from evaluator.candidates.profile.importing.periods import export_date, is_open
from evaluator.candidates.profile.importing.report import ImportNotes
from evaluator.candidates.profile.importing.tables import lines
from evaluator.core.facts import complete
from evaluator.core.model import Profile
from evaluator.core.results import State
from evaluator.diagnostics import Problems, Span
from evaluator.engines.readiness import Evaluator
from evaluator.reading.profile.profile import profile_in
from tests.candidates.profile.exports import HEADER, Ran, folder, imported
from tests.candidates.profile.packs import AS_OF, imports, pack
from tests.product import PRODUCT

SKILLS = ["SQL", "Market Analysis", "Competitive Analysis", "Product Vision", "Pricing Strategy", "Marketing"]
UNKNOWN_SKILLS = ["Stratégie produit", "Études de marché", "Marktforschung", "研究", "Czech Cuisine"]


def resume(where: Path, **sections: object) -> Ran:
    """Import a résumé of these sections."""
    path = where / "resume.json"
    path.write_text(json.dumps(sections, ensure_ascii=False), encoding="utf-8")
    return imported(str(path), system="jsonresume")


def profile_of(ran: Ran) -> Profile:
    """Read the profile that an import wrote; nothing is wrong with it but dates that are known in part."""
    assert ran.code in {0, 1}, ran.err
    problems = Problems()
    name = ran.out.split("profile: ", 1)[1].split("\n", 1)[0].strip('"')
    found = profile_in(ran.out, f"{name}.yaml", pack(), problems)
    assert found is not None, str(problems)
    assert {one.code for one in problems} <= {"P204"}
    return found


def years_of(ran: Ran) -> object:
    """Return the years of work of an imported profile."""
    return complete(pack(), profile_of(ran), AS_OF).facts.get("work_years")


def work(**fields: object) -> dict[str, object]:
    """Return a position in the shape of a résumé."""
    return {"name": "X", "position": "Product Manager", "startDate": "2020-03", **fields}


# lists


def test_a_skill_that_is_known_lowers_no_score_of_a_resume(tmp_path: Path) -> None:
    """Three French skills, with and without SQL in front: the verdict and the score stay as they were."""
    scores = []
    for number, first in enumerate(([], ["SQL"], ["SQL", "Pricing Strategy"])):
        where = tmp_path / str(number)
        where.mkdir()
        skills = [{"name": name} for name in [*first, *UNKNOWN_SKILLS[:3]]]
        ran = resume(where, work=[work()], skills=skills)
        result = Evaluator(pack(), engine="reference").evaluate(profile_of(ran), as_of=AS_OF).roles["product-director"]
        scores.append((result.verdict, result.score))
        assert "knowledge" not in profile_of(ran).given
    assert scores[0] == scores[1] == scores[2]


_ENTRY = st.sampled_from([*SKILLS, *UNKNOWN_SKILLS, "Certified Scrum Product Owner", "Bachelor of Science", "PhD", "Kandidat", "Physics"])
_EVALUATOR = Evaluator(pack(), engine="reference")


def judged(section: str, names: Sequence[str]) -> dict[str, State]:
    """Return the state of every criterion for a résumé with these names in a section."""
    key = {"skills": "name", "certificates": "name", "education": "studyType"}[section]
    entries = [{key: name, **({"area": "Physics"} if section == "education" else {})} for name in names]
    with tempfile.TemporaryDirectory() as where:
        path = Path(where) / "resume.json"
        path.write_text(json.dumps({"work": [work()], section: entries}))
        export = read_jsonresume(str(path), Problems())
    draft = draft_from(export, pack(), imports(), AS_OF, ImportNotes(), Problems())
    given_ = {one.attribute: one.value for one in draft.statements.values()}
    evaluation = _EVALUATOR.evaluate(Profile(id="one", given=given_, span=Span.whole_file("")), as_of=AS_OF)
    return {one.criterion.key: one.state for result in evaluation.roles.values() for one in result.criteria}


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(["skills", "education", "certificates"]), st.lists(_ENTRY, max_size=4, unique=True), _ENTRY)
def test_one_entry_more_never_makes_a_criterion_unmet(section: str, names: list[str], more: str) -> None:
    """Of skills, degrees and certificates, known and unknown to the pack, in any mixture."""
    before, after = judged(section, names), judged(section, [*names, more])
    worse = {key for key, state in before.items() if state is not State.UNMET and after[key] is State.UNMET}
    assert not worse, (names, more)


LISTS: dict[str, tuple[dict[str, str], str]] = {
    "skills, one unknown": ({"Skills.csv": "Name\nSQL\nÉtudes de marché\n"}, "knowledge"),
    "skills, a row that is broken": ({"Skills.csv": 'Name\nSQL\n"Pricing\n'}, "knowledge"),
    "degrees, one unknown": ({"Education.csv": "School Name,Degree Name\nX,BSc\nX,Kandidat\n"}, "education_level"),
    "degrees, one without a name": ({"Education.csv": "School Name,Degree Name\nX,BSc\nX,\n"}, "education_level"),
    "degrees, a higher one perhaps finished": (
        {"Education.csv": "School Name,Start Date,End Date,Degree Name\nX,2008,2011,BSc\nX,2012,,PhD\n"},
        "education_level",
    ),
    "degrees, a row that is ragged": ({"Education.csv": "School Name,Degree Name\nX,BSc\nX,PhD,,more\n"}, "education_level"),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_which_something_is_not_understood_is_put_forward(name: str, tmp_path: Path) -> None:
    """What was understood stands in the profile as a comment, and the import says why it is not taken."""
    files, attribute = LISTS[name]
    ran = imported(folder(tmp_path / "e", {**files, "Positions.csv": HEADER + "A,Product Manager,,,Jan 2020,\n"}))
    assert attribute not in profile_of(ran).given
    assert f"\n  # {attribute}: " in ran.out
    assert f"  {attribute}: " in ran.err.split("to add or confirm in the profile:")[1]


CERTIFICATES = {
    "one in another language": ("Name\nCertified Scrum Product Owner\nZertifizierter Projektleiter\n", {"cspo", "other"}),
    "a date that is none": ("Name,Started On,Finished On\nCSPO,Jan 2020,\nPMP,Jan 2020,soon\n", {"cspo"}),
    "a row that is ragged": ("Name,Started On,Finished On\nCSPO,Jan 2020,\nPMP\n", {"cspo"}),
}


@pytest.mark.parametrize("name", CERTIFICATES)
def test_where_the_pack_assumes_none_of_a_list_what_is_understood_is_taken(name: str, tmp_path: Path) -> None:
    """Without it the pack would assume no certificate at all; that the list may lack some is told all the same."""
    text, wanted = CERTIFICATES[name]
    ran = imported(folder(tmp_path / "e", {"Certifications.csv": text}))
    assert profile_of(ran).given["certifications"] == wanted
    assert "  certifications: cspo" in ran.err.split("to add or confirm in the profile:")[1]


@pytest.mark.parametrize(("names", "taken"), [(["SQL"], True), (["SQL", "Études de marché"], False), (["Études de marché"], False)])
def test_a_list_that_the_pack_calls_complete_is_taken_only_where_all_of_it_is_understood(
    names: list[str],
    taken: bool,  # noqa: FBT001 - a table
    tmp_path: Path,
) -> None:
    """One item that stands for nothing in the pack, and the list is put forward."""
    rules = tmp_path / "rules"
    shutil.copytree(PRODUCT / "rules", rules)
    path = rules / "imports.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("  attribute: knowledge\n", "  attribute: knowledge\n  complete: true\n"))
    ran = imported(folder(tmp_path / "e", {"Skills.csv": "\n".join(["Name", *names]) + "\n"}), "--rules", str(rules))
    assert ("\n  knowledge: [data-analysis]" in ran.out) is taken
    assert ("\n  # knowledge: [data-analysis]" in ran.out) is (len(names) == 2)


def test_lists_that_are_understood_are_taken_as_before(tmp_path: Path) -> None:
    """All certificates known by name, the highest of known degrees, one of them not finished and lower."""
    files = {
        "Certifications.csv": "Name,Started On,Finished On\nCSPO,Jan 2020,\nPMP,Jan 2015,Oct 2020\n",
        "Education.csv": "School Name,Start Date,End Date,Degree Name\nX,2008,2011,MSc\nX,2024,,BSc\n",
    }
    given_ = profile_of(imported(folder(tmp_path / "e", files))).given
    assert given_["certifications"] == {"cspo"}
    assert given_["education_level"] == 2


def test_a_position_that_cannot_be_read_keeps_the_years_unknown(tmp_path: Path) -> None:
    """A history that lacks one of its positions is not the whole of it: its months would be counted as none."""
    rows = "A,Product Manager,,,Jan 2020,\nB,Product Manager,,Jan 2015,Dec 2019\nC,Designer,,,Jan 2010,Dec 2014\n"
    ran = imported(folder(tmp_path / "e", {"Positions.csv": HEADER + rows}))
    assert ran.code == 1
    assert years_of(ran) is None
    assert "    # Positions.csv:3 could not be read: complete this entry, or take it out\n    - start: unknown\n" in ran.out
    assert "the position at Positions.csv:3: it could not be read" in ran.err
    assert profile_of(ran).role is None
    mended = ran.out.replace("    - start: unknown\n", "    - {title: Product Manager, function: product, start: 2015-01, end: 2019-12}\n")
    problems = Problems()
    found = profile_in(mended, "somebody.yaml", pack(), problems)
    assert found is not None
    # January 2010 to November 2026
    assert complete(pack(), found, AS_OF).facts["work_years"] == Fraction(16 * 12 + 11, 12)


# dates

OPEN = [
    "Present",
    "present",
    "PRESENT",
    "Current",
    "now",
    "Today",
    "ongoing",
    "on-going",
    "To date",
    "till date",
    "heute",
    "Bis heute",
    "aktuell",
    "aujourd'hui",
    "Aujourd’hui",
    "à ce jour",
    "A ce jour",
    "Actuel",
    "présent",
    "Présent",
    "en cours",
    "presente",
    "Actualidad",
    "la actualidad",
    "Actualmente",
    "atual",
    "Atualmente",
    "até hoje",
    "attuale",
    "Oggi",
    "heden",
    "nu",
    "Nuværende",
    "nåværende",
    "pågående",
    "obecnie",
    "současnost",
    "настоящее время",
    "至今",
    "現在",
]
NOT_OPEN = [
    "soon",
    "N/A",
    "n/a",
    "NA",
    "na",
    "-",
    "?",
    "unknown",
    "none",
    "2019ish",
    "presents",
    "Presentation",
    "nut",
    "nowhere",
    "past",
    "ended",
    "never",
]


@pytest.mark.parametrize("word", OPEN)
def test_a_word_for_today_is_an_open_end(word: str, tmp_path: Path) -> None:
    """As if no end stood there, in either system: March 2020 to November 2026 is 6.75 years."""
    assert is_open(word)
    ran = resume(tmp_path, work=[work(endDate=word)])
    assert ran.code == 0, ran.err
    assert years_of(ran) == Fraction(27, 4)
    assert profile_of(ran).role == "product-manager"
    assert ran.out == resume(tmp_path, work=[work(endDate=None)]).out


@pytest.mark.parametrize("word", NOT_OPEN)
def test_an_end_that_nobody_can_read_is_unknown_and_keeps_the_start(word: str, tmp_path: Path) -> None:
    """It is never today, the years are unknown, and the entry is asked for by name; what the export says is told."""
    assert not is_open(word)
    ran = resume(tmp_path, work=[work(endDate=word)])
    assert ran.code == 1
    assert f"I102 unusable-date: `{word}` is no date" in ran.err
    assert "      start: 2020-03\n      end: unknown\n" in ran.out
    assert f"“Product Manager”: when did it end? The export says “{word}”." in ran.err
    assert years_of(ran) is None
    assert profile_of(ran).role is None
    assert "start is missing" not in ran.err


def test_an_end_that_is_unknown_hides_no_years_that_another_position_covers(tmp_path: Path) -> None:
    """The position whose end nobody knows lies inside one that goes on, so it makes no difference."""
    ran = resume(tmp_path, work=[work(), work(startDate="2022-01", endDate="spring")])
    assert years_of(ran) == Fraction(27, 4)


MONTHS = {
    "Nov": "2019-11",
    "November 2019": "2019-11",
    "nov. 2019": "2019-11",
    "Sept 2019": "2019-09",
    "2019 March": "2019-03",
    "2019-9": "2019-09",
    "2019-9-28": "2019-09",
    "17 May 2019": "2019-05",
    "März 2019": "2019-03",
    "marz 2019": "2019-03",
    "Dezember 2019": "2019-12",
    "17. Mai 2019": "2019-05",
    "décembre 2019": "2019-12",
    "févr. 2019": "2019-02",
    "1er août 2019": "2019-08",
    "juin 2019": "2019-06",
    "marzo de 2019": "2019-03",
    "17 de março de 2019": "2019-03",
    "ago. 2019": "2019-08",
    "set 2019": "2019-09",
    "gennaio 2019": "2019-01",
    "luglio 2019": "2019-07",
    "maart 2019": "2019-03",
    "okt 2019": "2019-10",
    "Maj 2019": "2019-05",
    "października 2019": "2019-10",
    "2019年3月": "2019-03",
    "2019年3月17日": "2019-03",
}


@pytest.mark.parametrize("text", [text for text in MONTHS if "2019" in text])
def test_months_are_read_by_name_in_the_languages_of_exports(text: str, tmp_path: Path) -> None:
    """The start of a position comes out as the month that it names."""
    ran = resume(tmp_path, work=[work(startDate=text)])
    assert ran.code == 0, ran.err
    assert f"      start: {MONTHS[text]}\n" in ran.out


@pytest.mark.parametrize("text", ["listopad 2019", "lip 2019", "Nov 19", "Mai 19", "03/04/2019", "03.04.2019", "17 Mai", "Foo 2019"])
def test_what_could_be_two_dates_is_none(text: str, tmp_path: Path) -> None:
    """A month that is another one in the next country, a year of two digits, numbers that may be turned round."""
    ran = resume(tmp_path, work=[work(startDate=text)])
    assert f"I102 unusable-date: `{text}` is no date" in ran.err
    assert "      start: unknown\n" in ran.out


@given(st.integers(1950, 2026), st.integers(1, 12), st.integers(1, 28), st.sampled_from(["{0} {1}", "{0}. {1}", "{2} {0} {1}", "{1} {0}"]))
def test_an_english_month_reads_the_same_however_it_is_written(year: int, month: int, day: int, form: str) -> None:
    """In full and shortened, in any case."""
    full = calendar.month_name[month]
    spellings = [form.format(name, year, day) for name in (full, full[:3], full.upper(), full.lower())]
    assert {export_date(text)[0].replace(day=1) for text in spellings} == {export_date(f"{year}-{month:02}")[0]}


def test_of_a_year_alone_the_year_is_kept_and_the_month_is_asked_for(tmp_path: Path) -> None:
    """No other position is lost, no January is guessed, and the import says exactly what to ask."""
    ran = resume(tmp_path, work=[work(startDate="2015", endDate="2019"), work(startDate="2020-03")])
    assert ran.code == 1
    assert "      start: 2015\n      end: 2019\n" in ran.out
    assert "      start: 2020-03\n" in ran.out
    assert "“Product Manager”: from which month of 2015? until which month of 2019?" in ran.err
    assert years_of(ran) is None
    assert profile_of(ran).role == "product-manager"
    completed = ran.out.replace("start: 2015\n", "start: 2015-09\n").replace("end: 2019\n", "end: 2019-12\n")
    found = profile_in(completed, "somebody.yaml", pack(), Problems())
    assert found is not None
    assert complete(pack(), found, AS_OF).facts["work_years"] == Fraction(52 + 81, 12)


def test_years_are_known_where_the_months_make_no_difference(tmp_path: Path) -> None:
    """2015 and 2016 lie wholly inside a position that runs from 2014 to 2017."""
    ran = resume(tmp_path, work=[work(startDate="2014-01", endDate="2017-12"), work(startDate="2015", endDate="2016")])
    assert years_of(ran) == 4


# placeholders

EMPTY: dict[str, object] = {
    "empty texts": {"company": "", "position": "", "startDate": "", "endDate": ""},
    "nothing": {},
    "null": None,
    "an empty text": "",
    "spaces": {"company": "  ", "position": "\t", "startDate": "\n", "endDate": "\u200b"},
    "nulls": {"company": None, "position": None},
    "empty lists": {"position": [], "highlights": [], "company": {}},
    "dashes": {"company": "-", "position": "–", "startDate": "--"},
    "an empty list": [],
}


@pytest.mark.parametrize("name", EMPTY)
def test_a_placeholder_is_no_entry_of_any_section(name: str, tmp_path: Path) -> None:
    """Positions, education, certificates and skills come out as if it were not there."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    full = {
        "work": [work()],
        "education": [{"institution": "U", "studyType": "BSc", "endDate": "2010"}],
        "certificates": [{"name": "CSPO"}],
        "skills": [{"name": "SQL", "keywords": ["Marketing"]}],
    }
    with_it = {section: [*entries, EMPTY[name]] for section, entries in full.items()}
    plain, ran = resume(tmp_path / "a", **full), resume(tmp_path / "b", **with_it)
    assert (ran.code, ran.out) == (plain.code, plain.out), ran.err
    assert years_of(ran) == Fraction(27, 4)
    assert "1 position\n" in ran.err


@pytest.mark.parametrize("row", [",,,,,", ' , "", , , ,', '"","","","","",""', "-,-,,,-,-", "&nbsp;,,,,,"])
def test_a_placeholder_is_no_row_of_a_table(row: str, tmp_path: Path) -> None:
    """A row without a word in it is no position."""
    text = HEADER + "A,Product Manager,,,Mar 2020,\n"
    ran = imported(folder(tmp_path / "e", {"Positions.csv": text + row + "\n"}))
    assert (ran.code, years_of(ran)) == (0, Fraction(27, 4)), ran.err


# keys that stand twice

TWICE: dict[str, tuple[str, int, dict[str, object]]] = {
    "in a part that is not read": ('"languages": [{"language": "fr", "language": "en"}]', 0, {"years": Fraction(27, 4)}),
    "a part that is not read": ('"Frameworks": [], "Frameworks": []', 0, {"years": Fraction(27, 4)}),
    "the name": ('"basics": {"name": "A", "name": "B"}', 1, {"years": Fraction(27, 4), "name": None}),
    "the skills": ('"skills": [{"name": "SQL"}], "skills": [{"name": "Marketing"}]', 1, {"years": Fraction(27, 4), "knowledge": None}),
    "a degree": (
        '"education": [{"studyType": "BSc", "studyType": "PhD"}, {"studyType": "MSc"}]',
        1,
        {"years": Fraction(27, 4), "education_level": None},
    ),
    "a certificate's name": (
        '"certificates": [{"name": "CSPO"}, {"name": "PMP", "name": "CSPO"}]',
        1,
        {"years": Fraction(27, 4), "certifications": {"cspo"}},
    ),
}


@pytest.mark.parametrize("name", TWICE)
def test_a_key_that_stands_twice_costs_what_hangs_on_it_and_nothing_else(name: str, tmp_path: Path) -> None:
    """It is told with its place, in a part that is read as an error; the rest of the résumé is used."""
    part, code, wanted = TWICE[name]
    path = tmp_path / "resume.json"
    path.write_text('{"work": [{"name": "X", "position": "Product Manager", "startDate": "2020-03"}],\n' + part + "}")
    ran = imported(str(path), system="jsonresume")
    assert ran.code == code, ran.err
    assert "stands twice" in ran.err
    assert "resume.json:2:" in ran.err
    found = profile_of(ran)
    facts: Mapping[str, object] = {"years": years_of(ran), "name": found.name, **found.given}
    assert {key: facts.get(key) for key in wanted} == wanted


@pytest.mark.parametrize(
    ("fields", "entry"),
    [
        ('"startDate": "2020-03", "endDate": "2021-01", "endDate": "2022-01"', "start: 2020-03\n      end: unknown"),
        ('"startDate": "2020-03", "startDate": "2019-03", "endDate": "2022-01"', "start: unknown\n      end: 2022-01"),
        ('"startDate": "2020-03", "endDate": ["2022-01"]', "start: 2020-03\n      end: unknown"),
        ('"startDate": "2020-03", "endDate": {"year": 2022}', "start: 2020-03\n      end: unknown"),
    ],
)
def test_a_date_that_cannot_be_read_at_all_is_unknown_and_not_open(fields: str, entry: str, tmp_path: Path) -> None:
    """A key that stands twice, or holds a list: nobody knows when it ended, and certainly not that it goes on."""
    path = tmp_path / "resume.json"
    path.write_text('{"work": [{"name": "X", "position": "Product Manager", ' + fields + "}]}")
    ran = imported(str(path), system="jsonresume")
    assert ran.code == 1
    assert f"      {entry}\n" in ran.out
    assert years_of(ran) is None


def test_a_section_that_stands_twice_leaves_its_attribute_unknown(tmp_path: Path) -> None:
    """Nobody knows which of two lists of positions is meant."""
    path = tmp_path / "resume.json"
    path.write_text('{"work": [{"position": "Product Manager", "startDate": "2020-03"}],\n "work": [], "certificates": [{"name": "CSPO"}]}')
    ran = imported(str(path), system="jsonresume")
    assert ran.code == 1
    assert set(profile_of(ran).given) == {"certifications"}


# tables that are not quite CSV

ODD: dict[str, str] = {
    "a space behind a closing quote": 'A,"Product Manager" ,"Planned, built" ,Oslo,Mar 2020,\n',
    "spaces around quotes": 'A, "Product Manager" , "Planned, built" ,Oslo, "Mar 2020" ,\n',
    "a stray quote in a text": 'A,Product Manager,"Built the "next" thing, and more",Oslo,Mar 2020,\n',
    "a stray quote in a plain text": 'A,Product Manager,a 5" screen,Oslo,Mar 2020,\n',
    "line breaks in quotes": 'A,Product Manager,"Planned,\r\nbuilt,\r\n\r\nsold",Oslo,Mar 2020,\r\n',
    "empty cells at the end": "A,Product Manager,,Oslo,Mar 2020,,,\n",
    "no line break at the end": "A,Product Manager,,Oslo,Mar 2020,",
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_row_that_is_not_quite_csv_is_read(name: str, delimiter: str, tmp_path: Path) -> None:
    """And so is every row around it."""
    text = HEADER + "B,Designer,,,Jan 2010,Dec 2010\n" + ODD[name]
    if delimiter != ",":
        text = text.replace("Planned, built", "Planned and built").replace("thing, and", "thing and").replace("Planned,\r", "Planned\r")
        text = text.replace("built,\r", "built\r").replace(",", delimiter)
    ran = imported(folder(tmp_path / "e", {"Positions.csv": text}))
    assert ran.code == 0, ran.err
    assert years_of(ran) == Fraction(27, 4) + 1
    assert profile_of(ran).role == "product-manager"


LOST: dict[str, str] = {
    "too few cells": "A,Product Manager,,Oslo\n",
    "too many cells": "A,Product Manager,,Oslo,Mar 2020,,more\n",
    "a quote left open": 'A,"Product Manager,,Oslo,Mar 2020,\n',
    "a quote closed in the next row": 'A,Product Manager,"Planned,Oslo,Mar 2020,\nC,"Sales Manager",,,Jan 2011,Dec 2011\n',
    "a text in two rows": "A,Product Manager,Planned\nand built,Oslo,Mar 2020,\n",
}


@pytest.mark.parametrize("name", LOST)
def test_a_row_that_cannot_be_read_costs_that_row_alone(name: str, tmp_path: Path) -> None:
    """The rows before and behind it are read, it stands in the profile to be completed, and no years are counted without it."""
    text = HEADER + "B,Designer,,,Jan 2010,Dec 2010\n" + LOST[name] + "D,Teacher,,,Jan 2008,Dec 2008\n"
    ran = imported(folder(tmp_path / "e", {"Positions.csv": text}))
    assert ran.code == 1
    assert "title: Designer" in ran.out
    assert "title: Teacher" in ran.out
    assert ("Sales Manager" in LOST[name]) is ("title: Sales Manager" in ran.out)
    assert ran.out.count("- start: unknown") == 1
    assert "Positions.csv:3" in ran.err
    assert years_of(ran) is None


CELL = st.text(alphabet='ab ,;"\n\r\té', max_size=6)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=4), st.sampled_from(",;\t"), st.sampled_from(["\n", "\r\n"]))
def test_well_formed_tables_are_read_as_the_standard_library_reads_them(rows: list[list[str]], delimiter: str, end: str) -> None:
    """Whatever stands in the cells, quoted by rule."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows([["Name", "Title", "Note"], *rows])
    problems = Problems()
    found = lines(Source(place="x.csv", text=out.getvalue()), {"name": ["Name"], "title": ["Title"], "note": ["Note"]}, problems)
    wanted = [[" ".join(cell.split()) for cell in row] for row in rows if any(cell.strip() for cell in row)]
    assert [[line.said[key].text if key in line.said else "" for key in ("name", "title", "note")] for line in found.read] == wanted
    assert not found.lost
    assert not list(problems)


@pytest.mark.slow
def test_a_table_full_of_open_quotes_is_given_up_soon(tmp_path: Path) -> None:
    """Each of them is looked for until the end of the text, so there is a bound."""
    ran = imported(folder(tmp_path / "e", {"Positions.csv": HEADER + "B,Designer,,,Jan 2010,Dec 2010\n" + 'a,"b\n' * 30_000}))
    assert "20 rows of the table cannot be read for their quotes" in ran.err
    assert "title: Designer" in ran.out


# what is told


def test_a_skill_that_is_used_is_not_told_as_not_used(tmp_path: Path) -> None:
    """It names an area of knowledge, which is put forward, and a scale, whose level is asked for."""
    ran = imported(folder(tmp_path / "e", {"Skills.csv": "Name\nMarket Research\n"}))
    asked, _, left = ran.err.partition("not used:")
    assert "knowledge: market-research: " in asked
    assert "skill “Market Research”: how far does it go? It names Market research, and no level of it" in asked
    assert "Market Research" not in left


def test_suggestions_name_titles_and_no_ids(tmp_path: Path) -> None:
    """Roles by their title, options in words, and each of them once."""
    files = {
        "Positions.csv": HEADER + "A,Product Managers,,,Jan 2020,\n",
        "Skills.csv": "Name\nStratégie produit\nProduct Strategies\n",
    }
    ran = imported(folder(tmp_path / "e", files))
    for line in (line for line in ran.err.splitlines() if "did you mean" in line):
        for suggestion in line.split("did you mean ")[1].rstrip("?").split(" or "):
            assert suggestion.strip("`")[0].isupper(), line
            assert "-" not in suggestion, line
    assert "did you mean `Product Manager`" in ran.err
    assert "did you mean `Product strategy`" in ran.err


@pytest.mark.parametrize(
    ("title", "function"),
    [
        ("Sr. Product Owner", "product"),
        ("SR PRODUCT OWNER", "product"),
        ("Snr Product Owner", "product"),
        ("Sen. Product Owner", "product"),
        ("Sr.Product Owner", "product"),
        ("Sr. Software Engineer", "engineering"),
        ("Sr. Business Analyst", "other"),
    ],
)
def test_senior_is_known_by_its_short_forms(title: str, function: str, tmp_path: Path) -> None:
    """Where the rest of the title is one that the pack knows."""
    ran = imported(folder(tmp_path / "e", {"Positions.csv": HEADER + f"A,{title},,,Jan 2020,\n"}))
    assert f"function: {function}\n" in ran.out
    assert f"title: {title}\n" in ran.out.replace('"', "")


@pytest.mark.parametrize("title", ["Sr. Owner", "Senor Product Owner", "Sra. Product Owner", "Product Owner Srl", "Jr. Product Owner"])
def test_a_title_with_something_like_a_rank_is_no_match(title: str, tmp_path: Path) -> None:
    """Its function stays open."""
    ran = imported(folder(tmp_path / "e", {"Positions.csv": HEADER + f"A,{title},,,Jan 2020,\n"}))
    assert f"title “{title}”: the pack has no role or other title of this name" in ran.err


def test_the_place_to_mend_is_the_profile(tmp_path: Path) -> None:
    """An export in an archive cannot be edited."""
    from tests.candidates.profile.exports import archive

    rows = "A,Product Manager,,,Spring 2020,\nB,Designer,,,2015,2016\n"
    ran = imported(archive(tmp_path / "e.zip", {"Positions.csv": HEADER + rows}))
    helps = [line for line in ran.err.splitlines() if line.strip().startswith("help:")]
    assert len(helps) == 3
    assert all("in the profile" in line for line in helps)


def test_a_position_that_only_begins_in_future_is_told_as_the_reason(tmp_path: Path) -> None:
    """Nothing can be used, and it is said what was there."""
    ran = imported(folder(tmp_path / "e", {"Positions.csv": HEADER + "A,Product Manager,,,Dec 2026,\n"}))
    assert ran.code == 2
    assert "“Product Manager”: it begins after the as-of date 2026-11-01" in ran.err
    assert "says nothing that the pack can use" in ran.err
