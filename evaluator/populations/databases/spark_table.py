"""Spark: Parquet files as a frame that it works on itself, on this machine or on a cluster."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import narwhals as nw

from evaluator.diagnostics.errors import PopulationProblem
from evaluator.engines.columns.spark_sql import through_sql
from evaluator.reading.tables.formats import PARQUET, format_at

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_INSTALL = "pip install 'promotion-readiness-evaluator[spark]'"
_JAVA = 17
_JAVA_STEP = f"install Java {_JAVA}, on Debian and Ubuntu: apt-get install openjdk-{_JAVA}-jre-headless; or name its folder in JAVA_HOME"
_LOOPBACK = "127.0.0.1"
SETTINGS = {
    "spark.app.name": "evaluator",
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
    "spark.python.sql.dataFrameDebugging.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
}
"""What a session of the tool's own is given; docs/frames.md says what each is for."""
_ALONE = {"spark.ui.enabled": "false", "spark.driver.host": _LOOPBACK, "spark.driver.bindAddress": _LOOPBACK}
"""What else, where Spark runs on this machine alone: nobody else can reach it."""


@attrs.frozen(kw_only=True)
class Spark:
    """Parquet files opened in a Spark session."""

    session: SparkSession
    data: DataFrame

    @property
    def ordered(self) -> bool:
        """Spark keeps no order."""
        return False

    def schema(self) -> nw.Schema:
        """Return the columns of the table, and their types."""
        schema: nw.Schema = nw.from_native(self.data).collect_schema()
        return schema

    def run(self, build: Callable[[Any], Any], folder: Path) -> None:
        """Run the query; every task writes a Parquet file of its own."""
        with _sentences():
            answered = through_sql(self.data, build)
            answered.write.mode("overwrite").option("compression", "lz4").parquet(_address(folder))


def open_spark(path: str) -> Spark:
    """Open a Parquet file, or a folder of them; raises PopulationProblem where Spark or Java is missing, or cannot read it."""
    place = Path(path)
    if not place.exists():
        raise PopulationProblem(f"{path}: there is no such file or folder", "check the path and that it may be read")
    if place.is_file() and format_at(place) is not PARQUET:
        step = "give a Parquet file or a folder of them; --engine columns reads other formats"
        raise PopulationProblem(f"the engine spark does not read {place.name}", step)
    session = _session()
    with _sentences():
        return Spark(session=session, data=session.read.parquet(_address(place)))


def _address(path: Path) -> str:
    return path.resolve().as_uri()


def _session() -> SparkSession:
    """Return the session that there is, or a new one: where Spark's own configuration says, else on all cores of this machine."""
    try:
        from pyspark import SparkConf
        from pyspark.sql import SparkSession
    except ImportError:
        raise PopulationProblem("the engine spark needs PySpark, which is not installed", f"install the extra: {_INSTALL}") from None
    _look_for_java()
    with _quiet(), _sentences():
        configured = SparkConf()
        alone = configured.get("spark.master", "local[*]").startswith("local")
        for name, value in (SETTINGS | (_ALONE if alone else {})).items():
            configured.setIfMissing(name, value)
        return SparkSession.builder.config(conf=configured.setIfMissing("spark.master", "local[*]")).getOrCreate()


def _look_for_java() -> None:
    """Raise PopulationProblem where there is no Java, or one that is too old."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=f"{home}/bin") if home else shutil.which("java")
    if java is None:
        raise PopulationProblem("the engine spark needs Java, and there is none", _JAVA_STEP)
    words = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr  # noqa: S603 - the machine's own Java
    match = re.search(r'version "(?:1\.)?([0-9]+)', words)
    if match is None or int(match[1]) < _JAVA:
        have = f"this is {match[1]}" if match else f"{java} does not start"
        raise PopulationProblem(f"the engine spark needs Java {_JAVA} or later, and {have}", _JAVA_STEP)


@contextmanager
def _quiet() -> Iterator[None]:
    """Start Java without its greetings, unless the user has options of their own for it."""
    if "SPARK_SUBMIT_OPTS" in os.environ:
        yield
        return
    with tempfile.NamedTemporaryFile("w", suffix=".properties", prefix="evaluator-log-") as quiet:
        quiet.write(_LOGGING)
        quiet.flush()
        os.environ["SPARK_SUBMIT_OPTS"] = f"-Dlog4j2.configurationFile={quiet.name}"
        try:
            yield
        finally:
            del os.environ["SPARK_SUBMIT_OPTS"]


_LOGGING = """
rootLogger.level = error
rootLogger.appenderRef.stderr.ref = console
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n
"""


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn what Spark raises into one sentence."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as problem:
        told = problem.getMessage() if isinstance(problem, PySparkException) else str(problem)
        first = next((line.strip() for line in str(told).splitlines() if line.strip()), "it failed")
        raise PopulationProblem(f"Spark stopped: {first}", "mend the table, or judge it with --engine columns") from None
