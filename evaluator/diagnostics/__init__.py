"""Everything that can be wrong with a file, in one shape: a code, a sentence, a place and a next step."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

import attrs

from evaluator.diagnostics.codes import CODES, Severity
from evaluator.diagnostics.spelling import close_words


@attrs.frozen(kw_only=True)
class Span:
    """A stretch of text in a file; lines and columns count from 1, the end column is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def start(self) -> tuple[str, int, int]:
        """The place as something that sorts: path, line, column."""
        return (self.path, self.line, self.column)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    @classmethod
    def whole_file(cls, path: str) -> Span:
        """Return the span that stands for a file as a whole."""
        return cls(path=path, line=1, column=1, end_line=1, end_column=1)


@attrs.frozen(kw_only=True)
class Related:
    """Another place that matters to a diagnostic, and what is there."""

    span: Span
    message: str


@attrs.frozen(kw_only=True)
class Diagnostic:
    """One finding: its code, one lower-case sentence, the place, a next step and related places."""

    code: str
    message: str
    span: Span
    help: str | None = None
    related: tuple[Related, ...] = ()

    @property
    def severity(self) -> Severity:
        """Error or warning, as the code's registry says."""
        return CODES[self.code].severity

    @property
    def name(self) -> str:
        """The code's name in words, such as unknown-attribute."""
        return CODES[self.code].name


_READ = 500


class Problems:
    """A collector of diagnostics and of the texts they point into; everything wrong in a run ends up in one.

    `notes` are sentences on the run as a whole, such as what could not be looked at; `files` has the bytes of what was read from disk.
    Of the files in `foreign`, to which a link of another user than their owner leads, nothing is shown where they cannot be used.
    `edition` is that of the rule language by which a pack is read; None where no pack says any.
    """

    def __init__(self) -> None:
        self._found: dict[Diagnostic, None] = {}
        self.texts: dict[str, str] = {}
        self.files: dict[str, bytes] = {}
        self.foreign: set[str] = set()
        self.notes: list[str] = []
        self.edition: int | None = None

    def add(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        help: str | None = None,  # noqa: A002 - the word that users see
        related: Iterable[Related] = (),
    ) -> None:
        """Record one finding; the same finding twice is kept once."""
        self._found[Diagnostic(code=code, message=message, span=span, help=help, related=tuple(related))] = None

    def extend(self, other: Problems) -> None:
        """Take over what another collector found, with its texts."""
        self._found.update(other._found)
        self.texts.update(other.texts)
        self.files.update(other.files)
        self.foreign |= other.foreign

    def of_errors(self) -> Problems:
        """Return a collector of the errors alone, with the same texts."""
        errors = Problems()
        errors.extend(self)
        errors._found = {diagnostic: None for diagnostic in self._found if diagnostic.severity is Severity.ERROR}
        return errors

    @property
    def crowded(self) -> bool:
        """Whether so much is wrong that nobody reads on, and no more is looked for what may have been meant."""
        return len(self._found) > _READ

    def did_you_mean(self, word: str, known: Iterable[str]) -> str | None:
        """Return `did you mean ...?` for the closest known words; nothing once so much is wrong that nobody reads on."""
        return None if self.crowded else did_you_mean(word, known)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(sorted(self._shown(), key=lambda diagnostic: (diagnostic.span.start, diagnostic.code, diagnostic.message)))

    def __len__(self) -> int:
        return len(self._shown())

    def text(self, path: str) -> str | None:
        """Return the text of a file to quote from; None where there is none, or none of it may be shown."""
        return None if path in self._withheld() else self.texts.get(path)

    def _withheld(self) -> set[str]:
        """Return the files of others in which something is wrong: who may put a link anywhere may not read what it leads to."""
        return self.foreign and self.foreign & {diagnostic.span.path for diagnostic in self._found if diagnostic.severity is Severity.ERROR}

    def _shown(self) -> Collection[Diagnostic]:
        """Return what was found; one sentence stands for all that was found in a file of others that cannot be used."""
        withheld = self._withheld()
        if not withheld:
            return self._found
        diagnostics = [
            attrs.evolve(diagnostic, related=tuple(place for place in diagnostic.related if place.span.path not in withheld))
            for diagnostic in self._found
            if diagnostic.span.path not in withheld
        ]
        message = "a link leads to this file of another user, which cannot be used; nothing of it is shown"
        step = "name the file itself, without the link, to see what is wrong with it"
        return diagnostics + [Diagnostic(code="R001", message=message, span=Span.whole_file(path), help=step) for path in sorted(withheld)]

    def __repr__(self) -> str:
        return f"Problems({len(self.errors)} errors, {len(self.warnings)} warnings)"

    def __str__(self) -> str:
        return (
            "\n".join(f"{diagnostic.span}: {diagnostic.severity} {diagnostic.code}: {diagnostic.message}" for diagnostic in self)
            or "no findings"
        )

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The findings that make the file unusable, sorted by place."""
        return tuple(diagnostic for diagnostic in self if diagnostic.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The findings that do not stop anything, sorted by place."""
        return tuple(diagnostic for diagnostic in self if diagnostic.severity is Severity.WARNING)


class EvaluatorError(Exception):
    """The one base of all that the library raises on purpose: one lower-case sentence, a next step, and a place in a file.

    Step and place are None where there is none; `str` of it puts the three together.
    """

    def __init__(self, message: str, step: str | None = None, span: Span | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.step = step
        self.span = span

    def __str__(self) -> str:
        location = f"{self.span}: " if self.span else ""
        return f"{location}{self.message}" + (f"; {self.step}" if self.step else "")


class ReadingError(EvaluatorError):
    """Raised by the library when a file cannot be used; `problems` holds every diagnostic of the run.

    Message, step and place are those of the first error.
    """

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        first = problems.errors[0]
        super().__init__(first.message, first.help, first.span)

    def __str__(self) -> str:
        first = self.problems.errors[0]
        more = len(self.problems.errors) - 1
        step = f"; {first.help}" if first.help else ""
        return f"{first.span}: {first.message} [{first.code}]{step}" + (f" (and {more} more)" if more else "")

    def __reduce__(self) -> tuple[type[ReadingError], tuple[Problems]]:
        return (type(self), (self.problems,))


_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def lines_of(text: str) -> list[str]:
    """Split a text into lines exactly where YAML does, so that line numbers agree."""
    return _BREAK.split(text)


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """Return `did you mean ...?` for the known words that a word is likely to be a misspelling of, or None where nothing is close."""
    close = close_words(word, known)
    return f"did you mean {' or '.join(f'`{name}`' for name in close)}?" if close else None
