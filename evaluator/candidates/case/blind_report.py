"""What the maker of a blind document is told and its readers are not: how much was replaced, and what still looks telling, and where."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from evaluator.candidates.case.blind import ADDRESS, EMPLOYER, LINK, NAME, PLACE, Redactor, Swapped
from evaluator.candidates.case.name_words import CALENDAR, ORDINARY_NAMES, common_words, folded, is_everyday
from evaluator.candidates.case.names import starts_sentence
from evaluator.candidates.case.telling_words import FAMILY, GENDER, LEFT_OUT, TELLS
from evaluator.core.model import Pack
from evaluator.report.text import wrap
from evaluator.report.words import counted, joined, sentence_case

_WIDTH = 80
READ_IT = "Read it before you send it."
CANNOT = (
    "No rule finds a nickname, a misspelt name, a colleague, client, product or project that everybody knows, pronouns of other languages,"
    " or what the role today, the years and the dates tell together."
)
_COUNTED: Mapping[str, tuple[str, str]] = {
    NAME: ("mention of the name or id", "mentions of the name or id"),
    PLACE: ("mention of an employer or school", "mentions of employers or schools"),
    ADDRESS: ("address or handle", "addresses or handles"),
    GENDER: ("word of gender", "words of gender"),
    FAMILY: ("word of family or leave", "words of family or leave"),
    LINK: ("link of evidence", "links of evidence"),
}
_CAPITAL = re.compile(r"(?<![^\W_])[^\W\d_a-z][^\W_]*(?:['’][^\W\d_]+)?(?:[-.&][^\W_]+)*", re.UNICODE)
_NEXT = re.compile(r"\s+(?:(?:of|de|del|della|der|van|von|du|da|di|la|le|and|&)\s+)*")
_SECTIONS = {
    "front": "Recommendation",
    "kinds": "Criteria",
    "place": "Place on the ladder",
    "path": "Steps of the path",
    "gaps": "Gaps and what to do",
    "questions": "Open questions",
    "plan": "Plan",
    "objections": "Likely objections",
    "levels": "What the levels mean",
    "candidates": "The candidates",
    "differing": "Where they differ",
    "alike": "Where they are alike",
}


@attrs.frozen(kw_only=True)
class Remark:
    """Words that still look telling: what they may tell, the section they stand in, and the place in the profile they come from."""

    words: str
    what: str
    section: str
    place: str


@attrs.frozen(kw_only=True)
class BlindReport:
    """What was replaced, by kind, and what is left to look at."""

    counts: Mapping[str, int]
    remarks: tuple[Remark, ...]


def blind_report(made: object, veils: Iterable[Redactor]) -> BlindReport:
    """Return the report on a blind case or comparison; only texts that are in it count."""
    shown = list(_texts(made, ""))
    counts: Counter[str] = Counter()
    remarks: dict[Remark, None] = {}
    for veil in veils:
        once = {(one.before, one.span, tuple(sorted(one.counts.items()))): one for one in veil.swapped if one.after}
        for swapped in once.values():
            if swapped.after.casefold() == veil.who.casefold():
                continue  # who confirmed it is the person, and the document says that in words of its own
            section = next((section for section, text in shown if swapped.after in text), None)
            if section is None:
                continue
            counts.update(swapped.counts)
            for words, what in _telling(swapped, veil):
                remarks[Remark(words=words, what=what, section=section, place=str(swapped.span))] = None
    return BlindReport(counts=dict(counts), remarks=tuple(remarks))


def report_text(report: BlindReport, where: str) -> str:
    """Write a report as plain text, for standard error or a file of its own."""
    lines = wrap(f"{where}: {_counts(report.counts)}", _WIDTH)
    if report.remarks:
        lines.append(f"{counted(len(report.remarks), 'thing still looks', 'things still look')} telling:")
        width = max(len(remark.words) for remark in report.remarks)
        lines += [
            f"  {remark.words.ljust(min(width, 30))}  {remark.what}\n    {remark.section}; {remark.place}" for remark in report.remarks
        ]
    else:
        lines.append("Nothing else looks telling to the rules that look.")
    return "\n".join([*lines, *wrap(f"{CANNOT} {READ_IT}", _WIDTH), ""])


def _counts(counts: Mapping[str, int]) -> str:
    said = [counted(counts[kind], *words) for kind, words in _COUNTED.items() if counts.get(kind)]
    done = f"{joined(said)} replaced" if said else "nothing had to be replaced in its texts"
    return f"{done}; name, id, groups and notes are left out."


def _telling(swapped: Swapped, veil: Redactor) -> Iterator[tuple[str, str]]:
    """Yield words of a text that still look telling, each once, with what they may tell."""
    text = swapped.after
    for placeholder in (f"{veil.who}’s family", veil.who, sentence_case(veil.who), "family member", "my family", LEFT_OUT, EMPLOYER):
        text = text.replace(placeholder, "·" * len(placeholder))
    seen: set[str] = set()
    for words in veil.maybe(text):
        seen.add(words)
        yield words, "could be the name, or an employer"
    for tell in TELLS:
        for match in tell.pattern.finditer(text):
            if match[0] not in seen and not veil.is_phrase(match[0]):
                seen.add(match[0])
                yield match[0].strip(), tell.what
    for words in _capitalised(text, veil):
        if not any(words in one or one in words for one in seen):
            seen.add(words)
            yield words, "a name that no list knows"


def _capitalised(text: str, veil: Redactor) -> Iterator[str]:
    """Yield capitalised words that are neither ordinary nor the pack's, those that stand together as one."""
    group: list[re.Match[str]] = []
    for match in _CAPITAL.finditer(text):
        if group and _NEXT.fullmatch(text[group[-1].end() : match.start()]):
            group.append(match)
            continue
        yield from _group(group, text, veil)
        group = [match]
    yield from _group(group, text, veil)


def _group(group: Sequence[re.Match[str]], text: str, veil: Redactor) -> Iterator[str]:
    if not group:
        return
    unknown = [index for index, match in enumerate(group) if _unknown(match, text)]
    words = text[group[0].start() : group[-1].end()]
    if unknown and not veil.is_phrase(words):
        first = min(unknown) if starts_sentence(text, group[0].start()) else 0
        yield text[group[first].start() : group[-1].end()]


def _unknown(match: re.Match[str], text: str) -> bool:
    word = re.sub(r"['’]\w*$", "", match[0])
    pieces = [folded(piece) for piece in re.split(r"[-.&]", word) if folded(piece)]
    if all(piece in common_words() or piece in CALENDAR or is_everyday(piece) for piece in pieces):
        return any(piece in ORDINARY_NAMES for piece in pieces) and not starts_sentence(text, match.start())
    return True


def _texts(made: object, section: str) -> Iterator[tuple[str, str]]:
    """Yield every text of a document with the section that it stands in."""
    if isinstance(made, str):
        yield section, made
    elif isinstance(made, Mapping):
        for value in made.values():
            yield from _texts(value, section)
    elif isinstance(made, Sequence):
        for value in made:
            yield from _texts(value, section)
    elif not isinstance(made, Pack) and attrs.has(kind := type(made)):
        title = getattr(made, "title", "")
        criterion = f"{section}, “{title}”" if section and title and isinstance(title, str) else section
        for field in attrs.fields(kind):
            yield from _texts(getattr(made, field.name), _SECTIONS.get(field.name, criterion) if not section else criterion)
