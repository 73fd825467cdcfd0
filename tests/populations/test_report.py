"""A population as a page and a workbook: the figures are those of `evaluate`, everybody is there, and nothing of groups is."""

from __future__ import annotations

import csv
import html
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
import yaml
from python_calamine import CalamineWorkbook

from evaluator.cli.main import run
from evaluator.populations.report.figures import UNDECIDED_VERDICT, Verdict, headline
from tests.populations.runs import write_rules
from tests.product import PROFILES, RULES

Capture = pytest.CaptureFixture[str]
DAY = ("--as-of", "2026-11-01", "--check", "0")
TRYING = "</script><script>alert(1)</script>"


@attrs.frozen(kw_only=True)
class Written:
    """The two files of one report."""

    page: str
    book: Path

    @property
    def data(self) -> dict[str, Any]:
        """What the script of the page goes by."""
        found: dict[str, Any] = json.loads(re.findall(r'<script type="application/json" id="data">(.*?)</script>', self.page)[0])
        return found

    def sheet(self, name: str) -> list[list[Any]]:
        """Return the cells of a sheet."""
        return CalamineWorkbook.from_path(str(self.book)).get_sheet_by_name(name).to_python(skip_empty_area=False)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """Return the rows of a sheet by its headings."""
        head, *rows = self.sheet(name)
        return [dict(zip(head, row, strict=True)) for row in rows]


def reported(*words: str, folder: Path, code: int = 0) -> Written:
    page, book = folder / "report.html", folder / "report.xlsx"
    assert run(["report", *words, *DAY, "-o", str(page), "-o", str(book)]) == code
    return Written(page=page.read_text(encoding="utf-8"), book=book)


def tables(page: str) -> Iterator[dict[str, list[str]]]:
    """Yield the counts of each table with bars, by the name of a row."""
    for table in re.findall(r'<table class="dist".*?</table>', page, re.DOTALL):
        found = {}
        for name, cells in re.findall(r'<th scope="row" role="rowheader"><bdi>(.*?)</bdi></th>(.*?)</tr>', table, re.DOTALL):
            texts = re.findall(r'<td class="num.*?>(.*?)</td>', cells, re.DOTALL)
            found[html.unescape(name)] = [re.sub(r"<span class=\"cap\".*?</span>|<.*?>", "", text).strip() for text in texts]
        yield found


def titles() -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """Return the titles of roles and criteria, as their files have them."""
    roles, criteria = {}, {}
    for path in (RULES / "roles").glob("*.yaml"):
        role = yaml.safe_load(path.read_text(encoding="utf-8"))
        roles[role["role"]] = role["title"]
        criteria |= {(role["role"], one["id"]): one["title"] for one in role.get("criteria", ())}
    return roles, criteria


@pytest.fixture(scope="module", name="evaluated")
def _evaluated(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """Return what `evaluate` says of the sample people."""
    target = tmp_path_factory.mktemp("evaluated") / "out.csv"
    assert run(["evaluate", str(PROFILES / "people.csv"), "--rules", str(RULES), *DAY, "--keep", "company size", "-o", str(target)]) == 0
    with target.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module", name="sample")
def _sample(tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("report")
    return reported(str(PROFILES / "people.csv"), "--rules", str(RULES), "--by", "company size", folder=folder)


def kind(row: Mapping[str, str]) -> str:
    return "no next role" if not row["verdict"] else row["verdict"].partition(":")[0]


def test_counts_by_role_and_by_a_column_are_those_of_evaluate(sample: Written, evaluated: list[dict[str, str]]) -> None:
    """Every cell of both tables of the page, and their sums in the workbook."""
    by_role, by_size = tables(sample.page)
    roles, _ = titles()
    words = ("ready", "nearly", "not yet", "undecided")
    counts = Counter((row["next_role"], kind(row)) for row in evaluated if row["next_role"])
    expected = {
        roles[role]: [*(str(counts[role, word] or "–") for word in words), str(sum(counts[role, word] for word in words))]
        for role in {role for role, _ in counts}
    }
    assert by_role == expected
    sizes = Counter((row["company size"] or "not stated", kind(row)) for row in evaluated)
    every = (*words, "no next role")
    assert by_size == {
        size: [*(str(sizes[size, word] or "–") for word in every), str(sum(sizes[size, word] for word in every))]
        for size in {size for size, _ in sizes}
    }
    summary = sample.sheet("Summary")
    (total, _) = [row for row in summary if row[0] == "all"]
    found = Counter(kind(row) for row in evaluated)
    assert [int(cell) for cell in total[1:5]] == [found[word] for word in words]
    start = f"{found['ready']} of {len(evaluated)} people are ready for their next role, {found['nearly']} are nearly there"
    assert f"<h1>{start}, and for {found['undecided']} a missing fact decides.</h1>" in sample.page
    assert summary[1][0].startswith(start)


def test_every_person_has_the_verdict_score_and_gaps_of_evaluate_by_their_titles(sample: Written, evaluated: list[dict[str, str]]) -> None:
    """In the page, by what its script goes by, and in the workbook; scores are whole per cent, rounded down."""
    data, roles, criteria = sample.data, *titles()
    said = {one[1]: one for one in data["people"]}
    book = {row["Id"]: row for row in sample.rows("People")}
    gaps: dict[str, list[str]] = {}
    for row in sample.rows("Gaps"):
        gaps.setdefault(row["Id"], []).append(row["Gap"])
    assert len(said) == len(book) == len(evaluated) == 200
    for row in evaluated:
        name, id_, role, judged, verdict, between, low, high, open_, _, size = said[row["id"]]
        titled = [criteria[row["next_role"], gap] for gap in row["gaps"].split(", ") if gap]
        assert (name, id_) == (row["name"], row["id"])
        assert data["roles"][role] == roles[row["role"]] == book[id_]["Role today"]
        assert ("" if judged < 0 else data["roles"][judged]) == roles.get(row["next_role"], "") == book[id_]["Next role"]
        assert data["verdicts"][verdict][0] == kind(row) == book[id_]["Verdict"]
        assert ("" if between < 0 else data["ranges"][between]) == row["verdict"].partition(": ")[2]
        assert [data["gaps"][gap] for gap in open_] == titled == gaps.get(id_, [])
        assert data["texts"][0][size] == row["company size"] == book[id_]["company size"]
        if row["next_role"]:
            worst, best = (int(float(row[end]) * 10_000 + 0.5) // 100 for end in ("score_worse", "score_better"))
            assert [low, high] == [worst, best]
            assert [book[id_]["Score at worst"], book[id_]["Score at best"]] == [worst / 100, best / 100]
            assert book[id_]["How many gaps"] == len(titled)


def test_without_a_script_everybody_stands_in_the_page_in_groups(sample: Written, evaluated: list[dict[str, str]]) -> None:
    """Each once, under the heading of the verdict, the best score first."""
    bodies = re.findall(r'<tbody role="rowgroup" id="p-\d"[^>]*>(.*?)</tbody>', sample.page, re.DOTALL)
    ids = [re.findall(r'<span class="id"><bdi>(p\d+)</bdi>', body) for body in bodies]
    assert sorted(one for part in ids for one in part) == sorted(row["id"] for row in evaluated)
    verdicts = {row["id"]: kind(row) for row in evaluated}
    assert [{verdicts[one] for one in part} for part in ids] == [{"ready"}, {"nearly"}, {"undecided"}, {"not yet"}, {"no next role"}]
    scores = {row["id"]: float(row["score_worse"] or -1) for row in evaluated}
    for part in ids:
        assert [int(scores[one] * 100 + 0.001) for one in part] == sorted((int(scores[one] * 100 + 0.001) for one in part), reverse=True)


def test_what_holds_most_people_back_is_counted_over_everybody(sample: Written, evaluated: list[dict[str, str]]) -> None:
    """The most frequent gaps, of all who are judged for the role."""
    roles, criteria = titles()
    judged = Counter(row["next_role"] for row in evaluated)
    gaps = Counter((row["next_role"], gap) for row in evaluated for gap in row["gaps"].split(", ") if gap)
    ((role, gap), number) = max(gaps.items(), key=lambda one: one[1])
    first = re.findall(r'<ul class="plain rank">\s*<li>(.*?)</li>', sample.page, re.DOTALL)[0]
    words = html.unescape(" ".join(re.sub("<.*?>", " ", first).split()))
    assert words == f"{criteria[role, gap]} {roles[role]} {number} of {judged[role]}"


def test_the_ladder_counts_who_holds_each_role_and_who_is_ready_there(sample: Written, evaluated: list[dict[str, str]]) -> None:
    """In the page and in the workbook."""
    roles, _ = titles()
    held = Counter(roles[row["role"]] for row in evaluated)
    ready = Counter(roles[row["role"]] for row in evaluated if row["verdict"] == "ready")
    rungs = re.findall(r'<li><span class="what">([^<]*)</span><span class="amount"><strong>([\d–]+)</strong></span>(.*?)</li>', sample.page)
    found = {
        html.unescape(title): (int(people.replace("–", "0")), re.findall(r"</span>(\d+) ready", rest)) for title, people, rest in rungs
    }
    assert {title: people for title, (people, _) in found.items() if people} == held
    assert {title: int(many[0]) for title, (_, many) in found.items() if many} == ready
    summary = sample.sheet("Summary")
    start = next(index for index, row in enumerate(summary) if row[0] == "Where people stand today")
    assert {row[0]: row[1] for row in summary[start + 2 : start + 40] if row[0] in held} == held


def test_sheets_filter_stay_in_sight_and_print_on_their_side(sample: Written) -> None:
    """Told by the workbook itself: heading frozen and repeated, filters, one page wide, per cent as per cent, charts that are described."""
    with zipfile.ZipFile(sample.book) as archive:
        book, styles = (archive.read(f"xl/{name}.xml").decode() for name in ("workbook", "styles"))
        names = re.findall(r'<sheet name="([^"]+)"', book)
        sheets = {name: archive.read(f"xl/worksheets/sheet{number}.xml").decode() for number, name in enumerate(names, 1)}
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
        charts = [name for name in archive.namelist() if name.startswith("xl/charts/chart")]
    assert names == ["Summary", "People", "Gaps", "To ask", "About"]
    for name, text in sheets.items():
        assert 'orientation="landscape"' in text, name
        assert 'fitToHeight="0"' in text, name
        if name != "Summary":
            assert '<pane xSplit="1" ySplit="1"' in text, name
            assert re.search(f"Print_Titles.*?>'?{name}'?!\\$1:\\$1<", book), name
    assert all('<autoFilter ref="A1:' in sheets[name] for name in ("People", "Gaps", "To ask"))
    assert 'formatCode="0 %"' in styles
    assert len(charts) == 2
    assert drawing.count("descr=") == 2


def test_the_foot_names_files_by_their_hashes_and_the_pack(sample: Written) -> None:
    """Both files say what they rest on."""
    import hashlib

    digest = hashlib.sha256((PROFILES / "people.csv").read_bytes()).hexdigest()
    told = {row["What this rests on"]: row["It says"] for row in sample.rows("About")}
    assert digest in told["Read from"]
    assert digest in sample.page
    assert "(product-careers, hash " in told["Pack"]
    assert told["Rows read"] == "200 = 200 judged + 0 rejected"
    assert "it does not take the decision" in sample.page


@pytest.fixture(name="place")
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_rules(tmp_path / "rules")
    return tmp_path


def write(place: Path, rows: list[str], header: str = "id,name,role,years,reports,team,notes,group:sex") -> None:
    (place / "people.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


def test_what_a_profile_says_is_text_in_both_files(place: Path) -> None:
    """No name ends a script, becomes an element or a formula; letters that turn the direction are shown as a mark."""
    write(
        place, [f'a,"{TRYING}",manager,3,1,"<b>=1+1</b>",,', 'b,"=HYPERLINK(1)",manager,3,1,"=1+1",,', 'c,"x\u202ey",manager,3,1,"&amp;",,']
    )
    found = reported("people.csv", "--by", "team", folder=place)
    assert found.page.count("<script") == found.page.count("</script>") == 2
    assert TRYING not in found.page
    assert "\u202e" not in found.page
    assert {one[0] for one in found.data["people"]} == {TRYING, "=HYPERLINK(1)", "x\ufffdy"}
    assert {row["Name"] for row in found.rows("People")} == {TRYING, "=HYPERLINK(1)", "x\ufffdy"}
    with zipfile.ZipFile(found.book) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name and name.endswith(".xml"))


def test_rows_that_cannot_be_judged_are_told_by_cause_and_one_by_one(place: Path, capfd: Capture) -> None:
    """With place, text and reason; exit code 1; what a row says that cannot be told into cells is not repeated, as groups may be in it."""
    write(place, ["a,Ann,manager,3,1,x,,f", "b,Bo,manager,two,1,x,,f", "c,Cy,manager,many,1,x,,f", "d,Di,manager,3,1,x,Zyx,Zyxgroup,more"])
    found = reported("people.csv", folder=place, code=1)
    assert "3 of 4 rows are left out" in found.page
    causes = re.findall(
        r'<th scope="row" role="rowheader"><bdi>(.*?)</bdi></th><td role="cell">.*?<td role="cell" class="num strong">(\d)', found.page
    )
    assert ("years", "2") in causes
    left = found.rows("Rows left out")
    assert [(row["Row"], row["Id"], row["Column"], row["What stands there"]) for row in left if row["Column"]] == [
        (2, "b", "years", "two"),
        (3, "c", "years", "many"),
    ]
    assert len(left) == 3
    assert "Zyx" not in found.page
    assert not any("Zyx" in str(row) for row in left)
    said = capfd.readouterr().err
    assert "3 of 4 rows cannot be judged" in said
    assert "wrote" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--by", "group:sex", "-o", "a.html"], "--by names `group:sex`, a fact of people's groups"),
        (["--by", "Gender", "-o", "a.html"], "--by names `Gender`, a fact of people's groups"),
        (["--keep", "group:*", "-o", "a.xlsx"], "--keep names `group:*`, a fact of people's groups"),
        (["-o", "a.csv"], "a.csv ends in nothing that a report can be"),
        (["-o", "-"], "a report goes into a file"),
        (["-o", "a.html", "-o", "b.html"], "two files of the same kind would say the same"),
        (["-o", "nowhere/a.html"], "there is no folder nowhere"),
        (["-o", "people.csv"], "which is read as input"),
        (["--by", "nope", "-o", "a.html"], "--by names the column `nope`, which the table has not"),
        (["--keep", "nope", "-o", "a.html"], "--keep names the column `nope`, which the table has not"),
        (["--where", "years > 90", "-o", "a.html"], "nobody of 1 person meets"),
    ],
)
def test_what_no_report_can_be_is_refused_and_nothing_written(place: Path, capfd: Capture, words: list[str], said: str) -> None:
    """One sentence and a next step, with exit code 2."""
    write(place, ["a,Ann,manager,3,1,x,,f"])
    before = sorted(place.iterdir())
    assert run(["report", "people.csv", *DAY, *words]) == 2
    assert said in capfd.readouterr().err
    assert sorted(place.iterdir()) == before


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((0, 0, 0, 1), "Whether the only person is ready for the next role hangs on a missing fact."),
        ((0, 0, 1, 0), "The only person is not ready for the next role today."),
        ((1, 0, 0, 0), "The only person is ready for the next role."),
        ((0, 0, 1, 2), "None of the 3 people is known to be ready for their next role, and for 2 a missing fact decides."),
        ((0, 0, 3, 0), "None of the 3 people is ready for their next role."),
        ((0, 1, 2, 0), "None of the 3 people is ready for their next role, and 1 is nearly there."),
        ((1, 0, 0, 1), "1 of 2 people is ready for their next role, and for 1 a missing fact decides."),
        ((2, 1, 0, 1), "2 of 4 people are ready for their next role, 1 is nearly there, and for 1 a missing fact decides."),
    ],
)
def test_the_headline_says_of_nobody_what_is_open(counts: tuple[int, ...], said: str) -> None:
    """Who is undecided is not said to be anything."""
    looks = ("ready", "nearly", "not-yet")
    verdicts = [Verdict(word=word, look=look) for word, look in zip(("ready", "nearly", "not yet"), looks, strict=True)]
    assert headline(dict(zip([*verdicts, UNDECIDED_VERDICT], counts, strict=True)), None) == said


def test_of_many_people_the_page_shows_some_of_each_verdict_and_holds_everybody(place: Path) -> None:
    """So that it opens at once; who is not shown is counted."""
    write(place, [f"p{number},Ann {number},manager,{number % 9},{number % 3},t{number % 50},," for number in range(1_200)])
    found = reported("people.csv", "--by", "team", folder=place)
    groups = Counter(one[4] for one in found.data["people"])
    assert sum(groups.values()) == 1_200
    assert found.page.count('<tr role="row" class="p">') == sum(min(number, 100) for number in groups.values())
    for number in groups.values():
        if number > 100:
            assert f'and <span class="n">{number - 100:,}</span> more' in found.page
    assert "Beside these there are 20 further values, of 480 people." in found.page
    assert len(found.rows("People")) == 1_200


def test_everybody_is_judged_for_the_role_that_is_asked_for(place: Path) -> None:
    """The sentence names it, and no next role is shown beside today's."""
    write(place, ["a,Ann,manager,30,9,x,,", "b,Bo,,1,1,x,,"])
    found = reported("people.csv", "--role", "director", folder=place)
    assert "for Director" in re.findall("<h1>(.*?)</h1>", found.page)[0]
    assert "How they stand, judged for Director" in found.page
    assert '<span class="next">' not in found.page
    assert [row["Judged for"] for row in found.rows("People")] == ["Director", "Director"]


def test_the_same_people_give_the_same_files(place: Path) -> None:
    """Byte for byte, also the workbook."""
    write(place, ["a,Ann,manager,3,1,x,,", "b,Bo,manager,1,1,x,,"])
    first = reported("people.csv", "--seed", "1", folder=place)
    book = first.book.read_bytes()
    second = reported("people.csv", "--seed", "1", folder=place)
    assert second.page == first.page
    assert second.book.read_bytes() == book


def test_workbooks_and_pages_of_evaluate_have_titles_where_data_has_ids(place: Path) -> None:
    """Of roles, criteria and facts; a column that is carried along is repeated as it stands, whatever it is called."""
    rows = ['a,Ann,manager,1,0,some,"manager, director",,', "b,Bo,,9,1,,x,,"]
    write(place, rows, header="id,name,role,years,reports,level,criterion,notes,group:sex")
    for ending in ("csv", "xlsx", "html"):
        assert run(["evaluate", "people.csv", *DAY, "--role", "director", "--keep", "criterion", "-o", f"out.{ending}"]) == 0
    with Path("out.csv").open(encoding="utf-8", newline="") as stream:
        ids = next(csv.DictReader(stream))
    head, ann, _ = CalamineWorkbook.from_path("out.xlsx").get_sheet_by_index(0).to_python()
    told = dict(zip(head, ann, strict=True))
    assert list(head) == list(ids)
    assert (ids["role"], ids["judged_role"]) == ("manager", "director")
    assert (told["role"], told["judged_role"]) == ("Manager", "Director")
    criteria = yaml.safe_load((place / "rules" / "roles" / "director.yaml").read_text(encoding="utf-8"))["criteria"]
    titled = {one["id"]: one["title"] for one in criteria}
    assert ids["gaps"] == "years, led"
    assert told["gaps"] == "; ".join(titled[gap] for gap in ids["gaps"].split(", "))
    assert (ids["questions"], told["questions"]) == ("areas", "Areas")
    assert told["criterion"] == ids["criterion"] == "manager, director"
    assert f"<td>{html.escape(told['gaps'])}</td>" in Path("out.html").read_text(encoding="utf-8")
