"""Files beside a pack that use its names: mappings, profiles, tables of people and of decisions, each by what its reader makes of it."""

from __future__ import annotations

import codecs
import itertools
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import attrs

from evaluator.core.attributes import Attribute
from evaluator.core.files import read_bytes
from evaluator.core.model import Pack
from evaluator.core.results import Verdict
from evaluator.core.spreadsheets import guarded, restored
from evaluator.core.text import fold_spaces
from evaluator.core.values import Kind, clip
from evaluator.diagnostics import Problems, ReadingError, Span
from evaluator.packs.rename.edits import FileEdit, renamed_yaml
from evaluator.packs.rename.names import RenameProblem, Renaming, attributes_holding, in_entries
from evaluator.reading.decisions import NEEDED
from evaluator.reading.json_nodes import JsonReader, NoJson
from evaluator.reading.profile.evidence_log import ENDING, log_of, read_log
from evaluator.reading.profile.profile import StatementReader, meant_option, profile_in
from evaluator.reading.references import Sort, recorded
from evaluator.reading.tables.columns import Vocabulary, vocabulary
from evaluator.reading.tables.csv_rows import DELIMITERS
from evaluator.reading.tables.formats import CSV, GZIP, JSON, JSON_LINES, PROFILE, PROFILE_ENDINGS, TABLE_ENDINGS, ending, format_of
from evaluator.reading.tables.mapped_cells import TableMapping, has_option
from evaluator.reading.tables.mapping import mapping_in
from evaluator.reading.tables.meanings import ROLE
from evaluator.reading.tables.model import Options
from evaluator.reading.tables.sources import profiles_in
from evaluator.reading.text_places import Lines
from evaluator.reading.yaml.nodes import ListNode, MappingNode, Node, ScalarNode, parse_yaml
from evaluator.reading.yaml.splicing import spliced
from evaluator.report.words import some, verdict_words

_LOG = "evaluator/decision"
_MOST_OTHERS = 3
_ATTRIBUTE = "attribute:"
_ATTRIBUTES = "attributes"
_DECIDED_ROLE, _VERDICT = "role", "verdict"
Pieces = dict[tuple[int, int], str]


@attrs.frozen(kw_only=True)
class Beside:
    """What became of a file beside the pack: its edit, or a sentence on why it stays as it is."""

    edit: FileEdit | None = None
    note: str | None = None


def files_in(path: str) -> list[str]:
    """Return the files that a path stands for: itself, or the profiles or tables of a folder; with a profile the evidence log beside it."""
    place = Path(path)
    if not place.is_dir():
        return [path, *map(os.fspath, _logs([place]))]
    profiles = profiles_in(place)
    found = [*profiles, *_logs(profiles)] or sorted(one for one in place.iterdir() if ending(one) in TABLE_ENDINGS)
    if not found:
        raise RenameProblem(f"the folder {path} holds no profile and no table", "name a folder of profiles, or a table")
    return [os.fspath(one) for one in found]


def _logs(profiles: Iterable[Path]) -> list[Path]:
    """Return the evidence logs beside profiles."""
    return [log for profile in profiles if ending(profile) in PROFILE_ENDINGS and (log := log_of(profile)).is_file()]


def in_mapping(path: str, pack: Pack, renamed: Renaming) -> FileEdit | None:
    """Return the edit of a saved mapping of columns to attributes; None where nothing in it has the name."""
    data = _data(path)
    text, problems = _text(path, data), Problems()
    node = parse_yaml(text, path, problems)
    if node is not None and not isinstance(node, MappingNode):
        raise RenameProblem(f"{path} is no mapping from columns to attributes", "name profiles and tables with --in")
    mapping = None if node is None or problems.errors else mapping_in(node, problems)
    if mapping is None or problems.errors:
        raise ReadingError(problems)
    spans = [*_in_mapping(path, mapping, pack, renamed)]
    return renamed_yaml(path, path, data, spans, (renamed.old, renamed.new)) if spans else None


def _in_mapping(path: str, mapping: TableMapping, pack: Pack, renamed: Renaming) -> Iterator[Span]:
    """Yield where a mapping says the name: what columns are, what words and titles stand for, and what holds for everybody."""
    words, values = vocabulary(pack, Options(), Problems()), _Values(path=path, pack=pack, renamed=renamed)
    for column, target in mapping.columns.items():
        if target.value is None:
            continue
        if _is_name(target.value, words, renamed):
            yield target.span
        attribute = values.attribute(words.meaning(target.value))
        for said in mapping.rules_of(column).values.values() if attribute is not None else ():
            if said.value is not None and attribute is not None and _holds_option(said.value, values, attribute):
                yield said.span
    yield from _in_shared(path, mapping, pack, renamed)
    yield from (role.span for role in mapping.roles.values() if role.value is not None and values.role(role.value))
    for name, constant in mapping.constants.items():
        meaning = words.meaning(name)
        if _is_name(name, words, renamed):
            yield mapping.constant_names[name]
        attribute = values.attribute(meaning)
        is_role = meaning == ROLE and values.role(constant.value)
        if is_role or (attribute is not None and _holds_option(constant.value, values, attribute)):
            yield constant.span


def _in_shared(path: str, mapping: TableMapping, pack: Pack, renamed: Renaming) -> Iterator[Span]:
    """Yield where a word of all columns stands for the option; raises RenameProblem where other attributes keep an option of that name."""
    concerned = attributes_holding(renamed, pack)
    for said in mapping.every.values.values():
        word = said.value
        if word is None or fold_spaces(word) != fold_spaces(renamed.old):
            continue
        holding = {attribute.id for attribute in pack.declared_attributes.values() if has_option(attribute, word)}
        if holding & {*concerned} and holding - {*concerned}:
            others = some(sorted(f"`{name}`" for name in holding - {*concerned}), _MOST_OTHERS)
            message = f"`{clip(word)}` in {path} stands for an option of several attributes, and {others} would keep it"
            raise RenameProblem(message, "say it under `columns:` for each column, and run this again")
        if holding & {*concerned}:
            yield said.span


def _holds_option(text: str, values: _Values, attribute: Attribute) -> bool:
    """Whether a text is the option that is renamed; raises RenameProblem where it is one of several there."""
    found = _with_option(text, values, attribute)
    if found not in {None, values.renamed.new}:
        step = "rename it there by hand, and run this again"
        raise RenameProblem(f"`{clip(text)}` in {values.path} names several options, of which none is renamed by itself", step)
    return found is not None


def in_people(path: str, pack: Pack, renamed: Renaming) -> Beside:
    """Return what is to be edited in a profile, a table of people or one of decisions; raises RenameProblem for what cannot be edited."""
    data = _data(path)
    found = format_of(Path(path), path)
    if data.startswith(GZIP):
        raise RenameProblem(f"{path} is compressed", "unpack it first")
    if found is PROFILE:
        return Beside(edit=_in_profile(path, data, pack, renamed))
    if found not in {CSV, JSON_LINES, JSON}:
        step = "export it to CSV or JSON Lines, and name that; or rename the column, or the values, where it is made"
        raise RenameProblem(f"{path} is {found.words}, in which nothing can be renamed byte by byte", step)
    text = _text(path, data)
    if path.endswith(ENDING):
        pieces: Pieces | None = _in_log(path, text, pack, renamed)
    else:
        pieces = _in_csv(path, text, pack, renamed) if found is CSV else _in_json(path, text, pack, renamed)
    if pieces is None:
        message = f"{path} is a log of decisions: record is chained to record, none is ever rewritten, and it stays as it is"
        return Beside(
            note=f"{message}; `evaluator decisions replay` reads each by its own snapshot of the rules, which has `{renamed.old}`"
        )
    if not pieces:
        return Beside()
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    after = mark + spliced(text, pieces).encode("utf-8")
    lines = Lines(text)
    spans = tuple(lines.span(path, start, end) for start, end in sorted(pieces))
    return Beside(edit=FileEdit(path=path, to=path, before=data, after=after, places=len(pieces), spans=spans))


def _data(path: str) -> bytes:
    try:
        return read_bytes(path)
    except OSError as problem:
        raise RenameProblem(f"{path} cannot be read: {problem.strerror or problem}", "check the name and the permissions") from None


def _text(path: str, data: bytes) -> str:
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError:
        raise RenameProblem(f"{path} is no UTF-8", "save it as UTF-8 first") from None


def _is_name(text: str, words: Vocabulary, renamed: Renaming) -> bool:
    """Whether the name of a column is the one of an attribute that is renamed, and not its title or another of its names."""
    return renamed.sort is Sort.ATTRIBUTE and words.meaning(text) == f"{_ATTRIBUTE}{renamed.old}" and renamed.stands(text.strip())


def _in_profile(path: str, data: bytes, pack: Pack, renamed: Renaming) -> FileEdit | None:
    problems = Problems()
    with recorded() as references:
        profile = profile_in(_text(path, data), path, pack, problems)
    if profile is None:
        raise ReadingError(problems)
    spans = [reference.span for reference in references.names if renamed.means(reference)]
    edit = renamed_yaml(path, path, data, spans, (renamed.old, renamed.new), renamed.stands, private=True) if spans else None
    return edit if edit is None or edit.places else None


@attrs.frozen(kw_only=True)
class _Values:
    """Finds the name among the values of people: in today's role, and in the options of attributes."""

    path: str
    pack: Pack
    renamed: Renaming

    def role(self, text: str) -> bool:
        """Whether today's role, or the role of a decision, is named by what is renamed."""
        found = self.pack.find_role(text) if self.renamed.sort is Sort.ROLE else None
        return found is not None and found.id == self.renamed.old and self.renamed.stands(text)

    def verdict(self, role: str, text: str) -> str | None:
        """Return what a decision on a role says of the verdict, alone or of the two sides of one, by the new name; None without the old."""
        found = self.pack.find_role(role) if self.renamed.sort is Sort.VERDICT else None
        if found is None or (self.pack.scale_of(found) or "") not in self.renamed.owners:
            return None
        names = {name: self.renamed.new if name == self.renamed.old else name for name in self.pack.verdicts_of(found)}
        sides = itertools.product(names, repeat=2)
        said = {verdict_words(Verdict(low=low, high=high)): Verdict(low=names[low], high=names[high]) for low, high in sides}
        new = verdict_words(said[text]) if text in said else text
        return None if new == text else new

    def attribute(self, meaning: str | None) -> Attribute | None:
        """Return the attribute that a column has, where a value of it may be what is renamed."""
        name = (meaning or "").removeprefix(_ATTRIBUTE)
        concerned = meaning is not None and meaning.startswith(_ATTRIBUTE) and name in attributes_holding(self.renamed, self.pack)
        return self.pack.attributes[name] if concerned else None

    def option(self, attribute: Attribute, text: str) -> bool:
        """Whether a text is the option that is renamed, however its case and spaces are."""
        return meant_option(attribute.type, text) == self.renamed.old


_CELLS = {
    delimiter: re.compile(rf'( *"(?>(?:[^"]|"")*)" *|[^{re.escape(delimiter)}\r\n]*)({re.escape(delimiter)}|\r\n|\r|\n|\Z)')
    for delimiter in DELIMITERS
}


def _rows(text: str, delimiter: str) -> Iterator[list[tuple[int, int]]]:
    """Yield where the cells of each row of CSV begin and end."""
    row: list[tuple[int, int]] = []
    for found in _CELLS[delimiter].finditer(text):
        row.append(found.span(1))
        if found[2] != delimiter:
            if len(row) > 1 or found[1].strip():
                yield row
            row = []


def _cell(written: str) -> str:
    stripped = written.strip()
    quoted = len(stripped) > 1 and stripped[0] == stripped[-1] == '"'
    return stripped[1:-1].replace('""', '"') if quoted else stripped


def _in_csv(path: str, text: str, pack: Pack, renamed: Renaming) -> Pieces:
    words = vocabulary(pack, Options(), Problems())
    delimiter = max(DELIMITERS, key=lambda one: len([name for name in _header(text, one) if _known(name, words)]))
    rows = _rows(text, delimiter)
    places = next(rows, [])
    header = [_cell(text[start:end]) for start, end in places]
    if not any(_known(name, words) for name in header):
        raise RenameProblem(
            f"the first row of {path} names no column that the pack knows", "name a table with one person, or one decision, a row"
        )
    values = _Values(path=path, pack=pack, renamed=renamed)
    pieces = {
        place: _quoted(renamed.new, text[slice(*place)], delimiter)
        for place, name in zip(places, header, strict=True)
        if _is_name(name, words, renamed)
    }
    roles = [index for index, name in enumerate(header) if words.meaning(name) == ROLE]
    options = {index: found for index, name in enumerate(header) if (found := values.attribute(words.meaning(name))) is not None}
    if entries := [one.id for one in options.values() if one.id in in_entries(renamed, pack)]:
        step = "write the file as JSON Lines, or rename them there by hand"
        raise RenameProblem(f"`{entries[0]}` in {path} holds entries in single cells, in which nothing is renamed", step)
    decided = _decided(header) if renamed.sort is Sort.VERDICT else None
    for row in rows if roles or options or decided else ():
        for index in roles:
            if index < len(row) and values.role(_cell(text[slice(*row[index])])):
                pieces[row[index]] = _quoted(renamed.new, text[slice(*row[index])], delimiter)
        for index, attribute in options.items():
            if index < len(row) and (cell := _with_option(text[slice(*row[index])], values, attribute)) is not None:
                pieces[row[index]] = _quoted(cell, text[slice(*row[index])], delimiter)
        if decided is not None and max(decided) < len(row):
            role, verdict = (restored(_cell(text[slice(*row[index])])) for index in decided)
            if (cell := values.verdict(role, verdict)) is not None:
                pieces[row[decided[1]]] = _quoted(guarded(cell), text[slice(*row[decided[1]])], delimiter)
    return pieces


def _decided(names: Sequence[str]) -> tuple[int, int] | None:
    """Return where the role and the verdict of a decision stand in a table of them; None in any other table."""
    folded = [fold_spaces(name) for name in names]
    return (folded.index(_DECIDED_ROLE), folded.index(_VERDICT)) if {*folded} >= {*NEEDED, _VERDICT} else None


def _header(text: str, delimiter: str) -> list[str]:
    return [_cell(text[start:end]) for start, end in next(_rows(text, delimiter), [])]


def _known(name: str, words: Vocabulary) -> bool:
    return words.knows(name) or fold_spaces(name) in NEEDED


def _with_option(written: str, values: _Values, attribute: Attribute) -> str | None:
    """Return the text of a cell with the option in its new name; None where it does not hold it."""
    cell, new = _cell(written), values.renamed.new
    if attribute.kind is not Kind.SET:
        return new if values.option(attribute, cell) else None
    if ";" in new:
        raise RenameProblem(f"a semicolon separates what `{attribute.id}` holds in {values.path}", "choose a name without one")
    members = cell.split(";")
    if not any(values.option(attribute, member.strip()) for member in members):
        return None
    return ";".join(member.replace(member.strip(), new) if values.option(attribute, member.strip()) else member for member in members)


def _quoted(value: str, written: str, delimiter: str) -> str:
    """Write a cell in the quotes and spaces that stand there, or in quotes where it needs them."""
    start, end = len(written) - len(written.lstrip(" ")), len(written.rstrip(" "))
    inside = written[start:end]
    needed = inside.startswith('"') or any(sign in value for sign in (delimiter, '"', "\n", "\r"))
    return written[:start] + (f'"{value.replace(chr(34), chr(34) * 2)}"' if needed else value) + written[max(start, end) :]


def _in_log(path: str, text: str, pack: Pack, renamed: Renaming) -> Pieces:
    """Return what is exchanged in an evidence log: the names of the attributes that its lines carry."""
    problems, lines = Problems(), Lines(text)
    with recorded() as references:
        read_log(Path(path), pack, problems)
    if problems.errors:
        raise ReadingError(problems)
    spans = [reference.span for reference in references.names if renamed.means(reference)]
    return {lines.bounds(span): json.dumps(renamed.new, ensure_ascii=False) for span in spans}


def _in_json(path: str, text: str, pack: Pack, renamed: Renaming) -> Pieces | None:
    """Return what is exchanged in JSON; None where it is a log of decisions."""
    lines, words = Lines(text), vocabulary(pack, Options(), Problems())
    values = _Values(path=path, pack=pack, renamed=renamed)
    try:
        read = list(JsonReader(text, path).values())
    except NoJson as problem:
        raise RenameProblem(f"{path} cannot be read: {problem}", "correct it first") from None
    nodes = [row for node in read for row in (node.items if isinstance(node, ListNode) else (node,))]
    rows = [row for row in nodes if isinstance(row, MappingNode)]
    if any((found := row.get("format")) is not None and isinstance(found.value, ScalarNode) and found.value.text == _LOG for row in rows):
        return None
    said = {span: renamed.new for row in rows for span in _in_row(row, words, values)}
    said |= {span: verdict for row in rows for span, verdict in _verdict_in(row, values)}
    return {lines.bounds(span): json.dumps(new, ensure_ascii=False) for span, new in said.items()}


def _verdict_in(row: MappingNode, values: _Values) -> Iterator[tuple[Span, str]]:
    """Yield where a decision says the verdict, and what it is to say there."""
    places = _decided([entry.key.text for entry in row.entries])
    role, verdict = (None, None) if places is None else (row.entries[place].value for place in places)
    if isinstance(role, ScalarNode) and isinstance(verdict, ScalarNode):
        new = values.verdict(role.text, verdict.text)
        yield from () if new is None else ((verdict.span, new),)


def _in_row(row: MappingNode, words: Vocabulary, values: _Values) -> Iterator[Span]:
    for entry in row.entries:
        meaning = words.meaning(entry.key.text)
        if entry.key.text == _ATTRIBUTES and isinstance(entry.value, MappingNode):
            yield from _in_row(entry.value, words, values)
        elif _is_name(entry.key.text, words, values.renamed):
            yield entry.key.span
        if meaning == ROLE and isinstance(entry.value, ScalarNode) and values.role(entry.value.text):
            yield entry.value.span
        if (attribute := values.attribute(meaning)) is not None:
            yield from _in_value(entry.value, attribute, values)


def _in_value(node: Node, attribute: Attribute, values: _Values) -> Iterator[Span]:
    """Yield where a value of JSON is the option, alone, in a list or in entries; a text that joins several is refused."""
    if isinstance(node, ScalarNode) and attribute.kind is Kind.SET and ";" in node.text:
        raise RenameProblem(f"`{attribute.id}` at {node.span} joins several in one text", "write them as a list")
    if attribute.kind is Kind.RECORDS:
        with recorded() as references:
            StatementReader(pack=values.pack, problems=Problems()).value(attribute, node)
        yield from (reference.span for reference in references.names if values.renamed.means(reference))
    elif isinstance(node, ScalarNode) and values.option(attribute, node.text):
        yield node.span
    elif isinstance(node, ListNode):
        yield from (item.span for item in node.items if isinstance(item, ScalarNode) and values.option(attribute, item.text))


def checked(edits: Iterable[FileEdit], pack: Pack) -> None:
    """See that profiles that were edited read by the pack as it is to be; raises ReadingError where one does not."""
    for edit in edits:
        if format_of(Path(edit.path), edit.path) is PROFILE:
            problems = Problems()
            if profile_in(edit.after.removeprefix(codecs.BOM_UTF8).decode("utf-8"), edit.path, pack, problems) is None:
                raise ReadingError(problems)
