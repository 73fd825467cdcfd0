"""map: a mapping file proposed for a table."""

from __future__ import annotations

import sys
from pathlib import Path

import attrs
import click

from evaluator.cli import options
from evaluator.cli.clock import today
from evaluator.cli.exits import DONE
from evaluator.cli.failures import Unusable
from evaluator.cli.loading import load_pack
from evaluator.cli.output import columns_of, painter, write_error, write_file, write_findings
from evaluator.cli.path_overlap import check
from evaluator.cli.tables import Tables, table_reading
from evaluator.diagnostics import Problems, ReadingError
from evaluator.report.documents import text

_CONSUMED = ("--keep", "--keep-all")


@click.command(
    name="map",
    epilog="""\b
Examples:
  evaluator map headcount.csv
  evaluator map headcount.xlsx -o hr.yaml
  evaluator map headcount.xlsx --map-file hr.yaml
""",
)
@click.argument("table", metavar="TABLE", type=options.ANYWHERE)
@click.option(
    "-o", "--output", "file", type=options.WRITTEN, metavar="FILE", help="Write the mapping to a file. [default: standard output]"
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@table_reading
@options.RULES
def map_table(table: str, file: str | None, tables: Tables, rules: str, *, force: bool) -> int:
    """Propose how the tables of a source are read: a mapping file, with reasons.

    TABLE is an export with a row of column names (CSV, Excel, OpenDocument, Parquet). Columns are matched by their names and other
    names, and by what stands in them; signs of numbers and the order of days by those that have one reading. What may be meant and is
    not certain stands in comments, with how many rows it concerns. Nothing is applied: a run reads the file where --map-file names it.
    With --map-file this verb tells what such a file leaves open.
    """
    from evaluator.populations.map.proposal import Proposer
    from evaluator.populations.map.survey import survey
    from evaluator.populations.map.writing import mapping_text, report
    from evaluator.reading.tables.columns import vocabulary

    if tables.keep or tables.keep_all:
        raise Unusable("a mapping carries nothing through, and has no --keep", "leave it out; evaluate has it")
    check(click.get_current_context())
    if file is not None and tables.map_file is not None:
        raise Unusable(f"with --map-file this verb tells what {tables.map_file} leaves open, and writes none", "leave -o out")
    file = options.writable(file, "-o", replace=force)
    pack = load_pack(rules)
    problems = Problems()
    reading = tables.reading((table,))
    found = survey(table, pack, reading, problems)
    words = vocabulary(pack, reading, Problems())
    if found is None or problems.errors:
        raise ReadingError(problems)
    if len(problems):
        write_findings(problems)
    if found.header_row is None and tables.header_row is not None:
        found = attrs.evolve(found, header_row=tables.header_row)
    proposal = Proposer(pack=pack, words=words, options=reading).propose(found)
    mapping = mapping_text(proposal, pack, today())
    named = file or tables.map_file or "mapping.yaml"
    checking = file is None and tables.map_file is not None
    said = ["evaluator", "evaluate", table, "--map-file", named, "-o", "results.csv"]
    page = report(proposal, pack, said, [*words.constants.attributes], checking=checking)
    if file is not None:
        write_file(Path(file), mapping, replace=force)
        sys.stdout.write(text(page, columns=columns_of(sys.stdout), paint=painter(sys.stdout)))
        write_error(f"wrote {file}\n")
    elif checking:
        sys.stdout.write(text(page, columns=columns_of(sys.stdout), paint=painter(sys.stdout)))
    else:
        sys.stdout.write(mapping)
        write_error("\n" + text(page, columns=columns_of(sys.stderr), paint=painter(sys.stderr)))
    return DONE
