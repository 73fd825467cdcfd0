"""The handbook of a ladder: whole, with addresses that stay, and what each rung asks beyond the one below."""

from __future__ import annotations

import html
import io
import re
import zipfile
from pathlib import Path

import pytest

from evaluator.cli.main import run
from evaluator.packs.init.templates import TEMPLATES
from evaluator.packs.show.beyond import beyond, roles_below
from evaluator.packs.show.handbook import handbook
from evaluator.reading.pack.pack import load_pack
from evaluator.report.pages import policy
from tests.guild_pack import GUILD
from tests.sized_pack import Size, write_pack
from tests.tiny_pack import write

Capture = pytest.CaptureFixture[str]
POINTS = next(template.rules for template in TEMPLATES if template.name == "points")
CHANGED = {
    "years": "{id: years, title: Years, kind: qualification, required: true, basis: judgement, advice: x, when: {pieces: {at_least: 2}}}",
    "teach": "{id: teach, title: Teaches, kind: skill, basis: judgement, when: {taught: {at_least: 1}}}",
    "stand": "{id: stand, title: Stands in, kind: step, basis: judgement, when: {stands_in: true}}",
}


def two_roles(folder: Path, lower: str, upper: str) -> Path:
    """Write a pack of two roles with the criteria that are given, a line each."""
    files = {name: text for name, text in GUILD.items() if name in {"pack.yaml", "attributes.yaml"}}
    for name, rung, criteria in (("low", 1, lower), ("high", 2, upper)):
        files[f"roles/{name}.yaml"] = f"role: {name}\ntitle: {name.title()}\ntrack: craft\nrung: {rung}\ncriteria:\n{criteria}"
    files["moves.yaml"] = "moves:\n  - {from: low, to: high, kind: promotion, basis: judgement}\n"
    return write(folder, files)


def listed(*criteria: str) -> str:
    """Return criteria as entries of a list."""
    return "".join(f"  - {criterion}\n" for criterion in criteria)


def changes(folder: Path, lower: str, upper: str) -> list[tuple[str, str]]:
    """Return what the upper role of two asks beyond the lower one: the change and the criterion."""
    pack = load_pack(two_roles(folder, lower, upper))
    steps = beyond(pack.roles["high"], pack.roles["low"], pack)
    return [(step.change.value, (step.here or step.there).id) for step in steps]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [
        (["years"], ["years"], [("same", "years")]),
        (["years"], ["years", "teach"], [("new", "teach"), ("same", "years")]),
        (["years", "stand"], ["teach"], [("new", "teach"), ("gone", "years"), ("gone", "stand")]),
        (["years", "teach"], ["teach", "stand"], [("new", "stand"), ("same", "teach"), ("gone", "years")]),
    ],
)
def test_criteria_are_set_beside_each_other_by_their_ids(
    lower: list[str], upper: list[str], expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    """New ones first, then those that stay, then those that are not named any more."""
    assert changes(tmp_path, listed(*map(CHANGED.get, lower)), listed(*map(CHANGED.get, upper))) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("at_least: 2", "at_least: 3", "other"),
        ("required: true, ", "", "other"),
        ("id: years", "id: pieces-made", "same"),
        ("title: Years", "title: Pieces", "same"),
        ("pieces: {at_least: 2}", "any_of: [{pieces: {at_least: 2}}, {stands_in: true}]", "other"),
        ("id: years, title: Years", "id: pieces-made, title: P", "same"),
        ("advice: x, when: {pieces: {at_least: 2}}", "weight: 1, advice: x, caps_at: not yet, when: {pieces: {at_least: 2}}", "other"),
        ("advice: x, ", "advice: x, weight: 7, applies_when: {taught: {at_least: 1}}, ", "other"),
    ],
)
def test_what_counts_as_a_change_is_what_is_asked_and_how_it_binds(old: str, new: str, expected: str, tmp_path: Path) -> None:
    """Not the title, the id or the weight; a criterion with another id is known by what it asks, or by what it alone reads."""
    lower, upper = CHANGED["years"], CHANGED["years"].replace(old, new)
    assert upper != lower
    assert [change for change, _ in changes(tmp_path, listed(lower), listed(upper))] == [expected]


def test_another_id_and_another_threshold_are_known_by_the_attribute_unless_two_read_it(tmp_path: Path) -> None:
    """Where two read it, it is not said which is meant."""
    other = CHANGED["years"].replace("id: years", "id: pieces-made").replace("at_least: 2", "at_least: 5")
    assert changes(tmp_path / "a", listed(CHANGED["years"]), listed(other)) == [("other", "pieces-made")]
    second = other.replace("pieces-made", "again").replace("title: Years", "title: Again").replace("at_least: 5", "at_least: 6")
    assert changes(tmp_path / "b", listed(CHANGED["years"]), listed(other, second)) == [
        ("new", "pieces-made"),
        ("new", "again"),
        ("gone", "years"),
    ]


def test_the_rung_below_is_the_nearest_with_judged_roles_else_where_promotions_come_from() -> None:
    """Entry and interim roles are none."""
    pack = load_pack(POINTS)
    below = {role.id: [one.id for one in roles_below(role, pack)] for role in pack.judged_roles}
    assert below == {
        "engineer-2": [],
        "senior-engineer": ["engineer-2"],
        "staff-engineer": ["senior-engineer"],
        "principal-engineer": ["staff-engineer"],
        "team-lead": [],
        "engineering-manager": ["team-lead"],
    }
    skills = next(template.pack for template in TEMPLATES if template.name == "skill-levels")
    assert [role.id for role in roles_below(skills.roles["design-lead"], skills)] == ["senior-designer"]


def test_show_beyond_tells_what_a_role_asks_beyond_another_one(capsys: Capture) -> None:
    """In words, with both thresholds."""
    assert run(["show", "Senior Engineer", "--beyond", "engineer-2", "--rules", str(POINTS)]) == 0
    shown = capsys.readouterr().out
    assert "Senior Engineer beyond Engineer II" in shown
    assert "+ Depth in some areas (new, required)" in shown
    assert "at least 20 points over all areas; for Engineer II: at least 8 points over all areas" in shown
    assert "= as for Engineer II: the growth conversation has taken place" in shown


@pytest.mark.parametrize("template", [one for one in TEMPLATES if one.name != "product-careers"], ids=lambda template: template.name)
def test_every_role_criterion_policy_track_and_document_is_in_the_handbook(template: object, tmp_path: Path) -> None:
    """Each role and criterion has an address, no address stands twice, and every link leads to one."""
    pack, file = template.pack, tmp_path / "ladder.html"  # type: ignore[attr-defined]
    assert run(["show", "--all", "--rules", str(template.rules), "-o", str(file)]) == 0  # type: ignore[attr-defined]
    page = file.read_text(encoding="utf-8")
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    own = {f"{role.id}.{criterion.id}" for role in pack.roles.values() for criterion in role.criteria if not criterion.policy}
    assert {*own, *pack.roles, *(f"track:{track.id}" for track in pack.tracks), *(f"policy:{one.id}" for one in pack.policies)} <= set(ids)
    assert {html.unescape(link) for link in re.findall(r'href="#([^"]+)"', page)} <= set(ids)
    text = html.unescape(re.sub(r"<[^>]+>", " ", page))
    for words in (
        *(role.title for role in pack.roles.values()),
        *(document.title for document in pack.documents.values()),
        *(one.title for role in pack.roles.values() for one in role.criteria),
        *(one.advice for role in pack.roles.values() for one in role.criteria if one.advice),
        *(f"{level}: {words}" for scale in pack.scales.values() for level, words in scale.words.items()),
    ):
        assert words in text


def test_the_page_runs_nothing_fetches_nothing_and_allows_its_own_style_alone(tmp_path: Path) -> None:
    """Light, dark and on paper by one style sheet; titles that are markup are text."""
    rules = two_roles(tmp_path / "rules", listed(CHANGED["years"]), listed(CHANGED["teach"].replace("Teaches", '"<b>&Teaches</b>"')))
    assert run(["show", "--all", "--rules", str(rules), "-o", str(tmp_path / "a.html")]) == 0
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert html.escape(policy(style), quote=True).replace("&#x27;", "&#39;") in page
    assert "&lt;b&gt;&amp;Teaches&lt;/b&gt;" in page
    assert "<b>" not in page
    assert [
        word
        for word in ("<script", "style=", "http://", "https://", "javascript:")
        if word in page.replace("http://www.w3.org/2000/svg", "")
    ] == []
    assert [word in style for word in ("prefers-color-scheme: dark", "@media print", "break-inside: avoid")] == [True] * 3


def test_the_handbook_is_written_in_every_format(tmp_path: Path, capsys: Capture) -> None:
    """As text, Markdown with the ladder as mermaid, and Word."""
    assert run(["show", "--all", "--rules", str(POINTS)]) == 0
    assert capsys.readouterr().out.startswith("Engineering growth by points\n====")
    assert run(["show", "--all", "--rules", str(POINTS), "-o", str(tmp_path / "a.md")]) == 0
    written = (tmp_path / "a.md").read_text(encoding="utf-8")
    assert "```mermaid\n" in written
    assert "### Senior Engineer\n" in written
    pytest.importorskip("docx")
    assert run(["show", "--all", "--rules", str(POINTS), "-o", str(tmp_path / "a.docx")]) == 0
    with zipfile.ZipFile(io.BytesIO((tmp_path / "a.docx").read_bytes())) as document:
        assert "Senior Engineer" in document.read("word/document.xml").decode()
        assert any(name.endswith(".png") for name in document.namelist())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--all", "engineer-2"], "--all shows the whole ladder"),
        (["--all", "--attributes"], "--all shows the whole ladder"),
        (["--beyond", "engineer-2"], "there is nothing to show"),
        (["team-lead", "--beyond", "engineer-2", "--attributes"], "ask for one of the two"),
        (["team-lead", "--format", "html"], "html is written of the whole ladder alone"),
        (["--all", "--format", "json"], "json is written of the attributes alone"),
        (["team-lead", "--beyond", "nobody"], "there is no role called `nobody`"),
    ],
)
def test_what_does_not_go_together_is_refused(words: list[str], told: str, capsys: Capture) -> None:
    """In a sentence, before anything is written."""
    assert run(["show", *words, "--rules", str(POINTS)]) == 2
    assert told in capsys.readouterr().err


def test_entry_interim_held_only_roles_and_destinations_have_their_place(tmp_path: Path) -> None:
    """Each with a word on what it is."""
    pack = load_pack(write(tmp_path, GUILD))
    titles = [getattr(block, "text", "") for block in handbook(pack)]
    assert all(role.title in titles for role in pack.roles.values())


@pytest.mark.slow
def test_the_handbook_of_two_hundred_roles_has_a_sensible_size(tmp_path: Path) -> None:
    """What it holds grows with the roles, and not with their square."""
    sizes = []
    for roles in (50, 200):
        folder = tmp_path / str(roles)
        write_pack(folder, Size(roles=roles, tracks=10, criteria=9))
        assert run(["show", "--all", "--rules", str(folder), "-o", str(tmp_path / "a.html")]) == 0
        sizes.append((tmp_path / "a.html").stat().st_size)
    assert sizes[1] < 6 * sizes[0]
    assert sizes[1] < 6_000_000
