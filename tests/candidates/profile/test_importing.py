"""Imports: what is taken from an export, how years come of it, and that whatever is not known by name is told and not guessed."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from evaluator.candidates.profile.importing.names import Names
from evaluator.candidates.profile.importing.texts import folded, plain
from evaluator.core.facts import complete
from evaluator.core.model import Profile
from evaluator.diagnostics import Problems
from evaluator.packs.lint import lint_pack
from evaluator.reading.profile.profile import profile_in
from tests.bad.overlay import SMALL, laid_over
from tests.candidates.profile.exports import HEADER, archive, folder, imported
from tests.candidates.profile.packs import AS_OF, imports, pack
from tests.product import PRODUCT

EXPORTS = PRODUCT / "profiles" / "exports"


def made(text: str) -> Profile:
    """Read what an import wrote; it has to be without fault."""
    problems = Problems()
    name = text.split("profile: ", 1)[1].split("\n", 1)[0]
    found = profile_in(text, f"{name}.yaml", pack(), problems)
    assert found is not None, str(problems)
    assert list(problems) == []
    return found


def from_positions(where: Path, rows: str) -> tuple[Profile, str]:
    """Import positions alone; returns the profile and what was told."""
    ran = imported(folder(where / "e", {"Positions.csv": HEADER + rows}))
    assert ran.code == 0, ran.err
    return made(ran.out), ran.err


def years(found: Profile) -> dict[str, object]:
    """Return the years that the default pack computes of a profile."""
    facts = complete(pack(), found, AS_OF).facts
    return {name: facts.get(name) for name in ("work_years", "product_management_years", "operations_years")}


def test_the_sample_export_becomes_a_profile_without_fault() -> None:
    """Positions, degree and certificate come in, skills are put forward; the years are those counted by hand."""
    ran = imported(str(EXPORTS / "linkedin"))
    found = made(ran.out)
    assert (found.id, found.name, found.role) == ("jana-novak", "Jana Novák", "senior-product-manager")
    assert (found.gathered, found.as_of) == (AS_OF, None)
    assert set(found.given) == {"history", "education_level", "certifications"}
    assert "\n  # knowledge: [product-methods, product-strategy, product-research, market-research, data-analysis, pricing]\n" in ran.out
    assert found.given["education_level"] == 2
    assert found.given["certifications"] == {"cspo"}
    # July 2015 to November 2026, both counted: 11 years and 5 months; the Wizard's years overlap and count once.
    assert years(found) == {"work_years": Fraction(137, 12), "product_management_years": None, "operations_years": None}
    assert "product_management_years: unknown, computed from history: function is missing in 1 of 4 entries" in ran.err


def test_an_archive_gives_what_its_folder_gives(tmp_path: Path) -> None:
    """Packed, or unpacked to a folder of its own, the same profile comes out."""
    files = {path.name: path.read_bytes() for path in (EXPORTS / "linkedin").iterdir()}
    plain_run = imported(str(EXPORTS / "linkedin"))
    packed = imported(archive(tmp_path / "export.zip", {f"Basic_Export/{name}": data for name, data in files.items()}))
    inner = imported(str(Path(folder(tmp_path / "outer" / "Basic_Export", files)).parent))
    assert plain_run.out == packed.out == inner.out


def test_overlapping_positions_count_once(tmp_path: Path) -> None:
    """Two positions at the same time are one stretch of months: 2020-01 to 2021-12 is two years."""
    rows = "A,Product Manager,,,Jan 2020,Jun 2021\nB,Product Owner,,,Mar 2021,Dec 2021\n"
    assert years(from_positions(tmp_path, rows)[0])["product_management_years"] == 2


def test_a_position_that_goes_on_runs_to_the_as_of_date(tmp_path: Path) -> None:
    """November 2025 to November 2026, both counted, is a year and a month; an end to come is cut there too."""
    assert years(from_positions(tmp_path / "a", "A,Product Manager,,,Nov 2025,\n")[0])["work_years"] == Fraction(13, 12)
    assert years(from_positions(tmp_path / "b", "A,Product Manager,,,Nov 2025,Dec 2030\n")[0])["work_years"] == Fraction(13, 12)


def test_a_position_to_come_is_left_out_and_told(tmp_path: Path) -> None:
    """What begins after the as-of date is no history yet."""
    found, told = from_positions(tmp_path, "A,Product Manager,,,Jan 2020,Dec 2020\nB,Head of Product,,,Dec 2026,\n")
    assert len(found.given["history"]) == 1  # type: ignore[arg-type]
    assert "“Head of Product”: it begins after the as-of date 2026-11-01" in told


@pytest.mark.parametrize(
    "title", ["Senior Product Manager", "SENIOR  product-manager", "Sr. Product Manager", "sr product manager", "Senior PM"]
)
def test_a_title_is_matched_whatever_its_case_spaces_and_punctuation(title: str, tmp_path: Path) -> None:
    """Every name of a role stands for it."""
    found, _ = from_positions(tmp_path, f'A,"{title}",,,Jan 2020,\n')
    assert found.role == "senior-product-manager"
    assert years(found)["product_management_years"] == Fraction(83, 12)


@pytest.mark.parametrize(
    "title", ["Senior Product Managers", "Product Manager II", "Produkt Manager", "Manager", "Senior Product Manager (Payments)"]
)
def test_a_title_that_is_only_close_is_no_match(title: str, tmp_path: Path) -> None:
    """It is told, with what may be meant, and the years that hang on it stay unknown."""
    found, told = from_positions(tmp_path, f'A,"{title}",,,Jan 2020,\n')
    assert found.role is None
    assert years(found) == {"work_years": Fraction(83, 12), "product_management_years": None, "operations_years": None}
    assert f"title “{title}”: the pack has no role or other title of this name, so function is left open" in told


def test_two_positions_that_go_on_leave_the_role_open(tmp_path: Path) -> None:
    """Nobody but the person knows which of two counts."""
    found, told = from_positions(tmp_path, "A,Product Manager,,,Jan 2020,\nB,Product Consultant,,,Jan 2024,\n")
    assert found.role is None
    assert "several positions go on, or one of an unknown title (Product Manager since 2020-01, Product Consultant since 2024-01)" in told
    assert (
        from_positions(tmp_path / "b", "A,Product Manager,,,Jan 2020,Oct 2026\nB,Head of Product,,,Nov 2026,\n")[0].role
        == "head-of-product"
    )


def test_without_a_position_that_goes_on_there_is_no_role(tmp_path: Path) -> None:
    """The last title is not today's role."""
    found, told = from_positions(tmp_path, "A,Product Manager,,,Jan 2020,Dec 2022\n")
    assert found.role is None
    assert "no position goes on today" in told


EDUCATION: dict[str, tuple[str, object, str]] = {
    "one degree": ("X,2010,2014,,Bachelor of Science,\n", 1, ""),
    "the highest of two": ("X,2010,2014,,BSc,\nX,2014,2016,,Master of Science - MSc,\n", 2, ""),
    "an MBA": ("X,,,,MBA,\n", 2, ""),
    "with its field": ('X,,2016,,"Master of Arts, History",\n', 2, ""),
    "not finished": ("X,2024,,,PhD,\n", None, "degree “PhD”: it has no end, so it may not be finished"),
    "to be finished": ("X,2024,2028,,PhD,\n", None, "degree “PhD”: it is not known to be finished at the as-of date 2026-11-01"),
    "perhaps this year": ("X,2024,2026,,PhD,\n", None, "degree “PhD”: it is not known to be finished"),
    "unknown": ("X,,2016,,Kandidat,\n", None, "degree “Kandidat”: no option of education_level has this name"),
    "one unknown of two": ("X,,2012,,BSc,\nX,,2016,,Kandidat,\n", None, "degree “Kandidat”: no option of education_level has this name"),
    "two in one": ('X,,2016,,"BSc, MSc",\n', None, "degree “BSc, MSc”: no option of education_level has this name"),
}


@pytest.mark.parametrize("name", EDUCATION)
def test_a_degree_is_taken_only_where_it_is_known_and_held(name: str, tmp_path: Path) -> None:
    """The highest counts, and with one unknown none does: it may be higher."""
    rows, level, told = EDUCATION[name]
    header = "School Name,Start Date,End Date,Notes,Degree Name,Activities\n"
    positions = HEADER + "A,Product Manager,,,Jan 2020,\n"
    ran = imported(folder(tmp_path / "e", {"Education.csv": header + rows, "Positions.csv": positions}))
    assert made(ran.out).given.get("education_level") == level
    assert told in ran.err


def test_certificates_out_of_force_are_left_out(tmp_path: Path) -> None:
    """One that ran out, and one to come, count for nothing; the last month, or year, counts in full."""
    rows = "Name,Started On,Finished On\nPMP,Jan 2015,Oct 2026\nCSPO,Jan 2020,Nov 2026\n"
    rows += "Lean Six Sigma Green Belt,Dec 2026,\nSix Sigma Black Belt,2020,2026\n"
    ran = imported(folder(tmp_path / "e", {"Certifications.csv": rows}))
    assert made(ran.out).given["certifications"] == {"cspo", "lean-six-sigma-black-belt"}
    assert "certificate “PMP”: it ran out before the as-of date 2026-11-01" in ran.err
    assert "certificate “Lean Six Sigma Green Belt”: it begins after the as-of date" in ran.err


def test_an_unknown_certificate_is_what_the_pack_says(tmp_path: Path) -> None:
    """imports.yaml of the default pack has an option for all others; that it may be one of the known ones is told."""
    ran = imported(folder(tmp_path / "e", {"Certifications.csv": "Name\nFirst Aid\n"}))
    assert made(ran.out).given["certifications"] == {"other"}
    assert "certificate “First Aid”: no option of certifications has this name, so it counts as other" in ran.err
    assert "certifications: other: “First Aid” is not understood, and may be more of it; complete the list in the profile" in ran.err


def test_a_skill_without_a_level_is_put_forward_as_a_comment(tmp_path: Path) -> None:
    """A scale is never given a level by an import."""
    ran = imported(folder(tmp_path / "e", {"Skills.csv": "Name\nStakeholder Management\nSQL\n"}))
    assert "coaching" not in made(ran.out).given
    assert made(ran.out).given == {}
    assert "\n  # knowledge: [data-analysis]\n" in ran.out
    lines = ran.out.splitlines()
    place = lines.index("  # stakeholder_management:")
    assert "Skills.csv:2 lists the skill “Stakeholder Management” without a level" in lines[place - 1]


def test_what_is_taken_carries_that_the_person_said_so() -> None:
    """Every value has an item of evidence by the person alone, dated as-of."""
    found = made(imported(str(EXPORTS / "linkedin")).out)
    assert set(found.evidence) == set(found.given)
    assert {(one.when, one.confirmed_by) for items in found.evidence.values() for one in items} == {(AS_OF, "self")}


def test_the_sample_resume_becomes_a_profile_without_fault() -> None:
    """Both spellings of the employer, an end of null, dates with days."""
    ran = imported(str(EXPORTS / "resume.json"), system="jsonresume")
    found = made(ran.out)
    assert (found.id, found.role) == ("tomas-rivera", "product-operations-manager")
    history = found.given["history"]
    assert isinstance(history, tuple)
    assert [one["employer"] for one in history] == ["Andes Freight", "Andes Freight", "Puerto Tools"]
    # September 2017 to November 2026: 9 years and 3 months
    assert years(found)["operations_years"] == Fraction(111, 12)
    assert "`interests` is not read" in ran.err


def test_nothing_private_is_read(tmp_path: Path) -> None:
    """Of LinkedIn's profile only the name: no birth date, no address."""
    profile_csv = "First Name,Last Name,Address,Birth Date\nAda,Lind,Storgata 1,Jan 1\n"
    ran = imported(folder(tmp_path / "e", {"Profile.csv": profile_csv, "Skills.csv": "Name\nSQL\n"}))
    assert "name: Ada Lind" in ran.out
    assert "Storgata" not in ran.out + ran.err
    assert "Jan 1" not in ran.out + ran.err


def test_years_stated_and_counted_differently_are_told(tmp_path: Path) -> None:
    """`profile check` warns where a stated year differs from the history."""
    path = tmp_path / "ada.yaml"
    path.write_text("profile: ada\nas_of: 2026-11-01\nattributes:\n  work_years: 9\n  history: [{function: product, start: 2020-01}]\n")
    ran = subprocess.run(
        [sys.executable, "-m", "evaluator", "profile", "check", str(path), "--rules", str(PRODUCT / "rules")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0
    assert "P201 stated-differs-from-computed: `work_years` is stated as 9 years and would be computed as 6.92 years" in ran.stdout


def test_the_day_is_printed_where_nobody_names_one(tmp_path: Path) -> None:
    """Without --as-of it is today, and said to be."""
    from tests.candidates.profile.exports import Ran

    path = folder(tmp_path / "e", {"Skills.csv": "Name\nSQL\n"})
    ran = Ran("profile", "import", "linkedin", path, "--rules", str(PRODUCT / "rules"))
    assert ", which is today; --as-of names another day" in ran.err


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("ada.txt", "ada.txt is no name for a profile\nhelp: end it in .yaml"),
        ("Ada Novák.yaml", "`Ada Novák` is no name: names are lower-case words joined by hyphens\nhelp: call it"),
        ("there.yaml", "there.yaml is there already, and stays as it is\nhelp: name another file, or replace it with --force"),
    ],
)
def test_a_file_that_cannot_be_the_profile_is_refused(name: str, message: str, tmp_path: Path) -> None:
    """The file's name is the id, and nothing is overwritten."""
    (tmp_path / "there.yaml").write_text("mine")
    ran = imported(folder(tmp_path / "e", {"Skills.csv": "Name\nSQL\n"}), "-o", str(tmp_path / name))
    assert ran.code == 2
    assert message in ran.err
    assert (tmp_path / "there.yaml").read_text() == "mine"


def test_a_pack_without_imports_takes_history_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one list that years are counted in is filled; everything else is told."""
    attributes = """# yaml-language-server: $schema=schema/attributes.json
attributes:
  years:
    title: Years
    type: number
    unit: years
    question: How many?
    may_be_given: true
    derive: {years: {records: jobs, from: start, to: end}}
  reports: {title: Reports, type: number, unit: years, question: How many?}
  jobs:
    title: Jobs
    type: records
    question: Which?
    fields: {title: {type: text}, start: {type: date, precision: month}, end: {type: date, precision: month}}
"""
    rules = laid_over(SMALL, {"attributes.yaml": attributes.encode()}, tmp_path / "rules")
    monkeypatch.chdir(tmp_path)
    path = folder(tmp_path / "e", {"Positions.csv": HEADER + "A,Junior,,,Jan 2020,\n", "Skills.csv": "Name\nSQL\n"})
    ran = imported(path, "--rules", str(rules))
    assert ran.code == 0, ran.err
    assert "- title: Junior\n      start: 2020-01\n" in ran.out
    assert "1 skill: the pack's imports.yaml does not say where they go" in ran.err


IMPORTS: dict[str, tuple[str, str]] = {
    "misspelt attribute": ("skills: {attribute: knowlege}\n", "R201: there is no attribute called `knowlege`"),
    "a scale for a set": ("skills: {attribute: strategy}\n", "R211: a set is needed here, and `strategy` is a scale"),
    "misspelt option": ("skills: {attribute: knowledge, names: {prising: [Pricing]}}\n", "R204: `prising` is none of the options"),
    "misspelt field": ("history: {records: history, start: begin, end: end}\n", "R207: the entries have no field `begin` of type date"),
    "misspelt track": (
        "history: {records: history, start: start, end: end, tracks: {managment: {title: x}}}\n",
        "R207: there is no track called",
    ),
    "misspelt key": ("skils: {attribute: knowledge}\n", "R101: imports.yaml has no key `skils`"),
}


@pytest.mark.parametrize("name", IMPORTS)
def test_lint_finds_what_is_wrong_with_imports(name: str, tmp_path: Path) -> None:
    """imports.yaml is held against the vocabulary like every other file of a pack."""
    from tests.bad.overlay import BASE

    body, message = IMPORTS[name]
    line = "# yaml-language-server: $schema=schema/imports.json\n"
    problems = lint_pack(laid_over(BASE, {"imports.yaml": (line + body).encode()}, tmp_path))
    assert message in str(problems)


def test_names_that_stand_for_two_things_stand_for_none() -> None:
    """An ambiguous name is no match, and neither is an empty one."""
    names = Names.of([("a", ["One", "Shared"]), ("b", ["Two", "shared!"]), ("c", ["***"])])
    assert [names.find(text) for text in ("ONE", "two", "Shared", "", "!!")] == ["a", "b", None, None, None]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a &amp;amp; b", "a &amp; b"),
        ("&lt;b&gt;", "<b>"),
        (" a\n\tb ", "a b"),
        ("a\x00\x1bb", "ab"),
        ("e\u0301", "é"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_texts_are_made_plain(text: str, shown: str) -> None:
    """Entities once, spaces single, control characters out, length bounded."""
    assert plain(text) == shown


@pytest.mark.parametrize(("one", "other"), [("R&D Lead", "r and d lead"), ("C++", "c ++"), ("ＰＭ", "pm"), ("Co-founder", "CoFounder")])
def test_names_fold_to_letters_and_digits(one: str, other: str) -> None:
    """Case, spaces and punctuation do not count."""
    assert folded(one) == folded(other)
    assert folded("C++") != folded("C")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Product Manger", "did you mean `Product Manager`?"),
        ("Product Director", "did you mean `Director of Product`?"),
        ("Head of Prodct", None),
        ("Product Wizard", None),
        ("Baker", None),
    ],
)
def test_suggestions_are_for_slips_alone(text: str, expected: str | None) -> None:
    """A misspelt name and words in another order are told; another job is not."""
    names = Names.of([("manager", ["Product Manager"]), ("director", ["Director of Product"])])
    assert names.close(text) == expected


def test_the_imports_of_the_default_pack_are_without_fault() -> None:
    """Every section of the sample is taken somewhere."""
    found = imports()
    assert found.history is not None
    assert [one.attribute for one in (found.degrees, found.subjects, found.certifications, found.skills) if one] == [
        "education_level",
        "background",
        "certifications",
        "knowledge",
    ]


@pytest.mark.slow
def test_the_command_line_writes_the_file_and_says_so(tmp_path: Path) -> None:
    """Through a process of its own, from a ZIP archive to a checked profile."""
    files = {path.name: path.read_bytes() for path in (EXPORTS / "linkedin").iterdir()}
    archive(tmp_path / "export.zip", files)
    evaluator = [sys.executable, "-m", "evaluator", "profile"]
    rules = ["--rules", str(PRODUCT / "rules"), "--as-of", "2026-11-01"]
    ran = subprocess.run(
        [*evaluator, "import", "linkedin", "export.zip", "-o", "jana.yaml", *rules],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (0, "")
    assert ran.stderr.startswith("as of 2026-11-01\nread export.zip/")
    assert ran.stderr.endswith("wrote jana.yaml; read it, then run `evaluator profile check jana.yaml`\n")
    checked = subprocess.run([*evaluator, "check", "jana.yaml", *rules], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "no findings; 1 profile can be used\n")
