"""The same expressions on Spark: a smoke test where Spark is installed, and a cluster of one master and two workers on request."""

from __future__ import annotations

import datetime
import os
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from evaluator.cli.main import run
from evaluator.core.model import Pack, Profile
from evaluator.populations.frames import evaluate_frame
from evaluator.populations.loading import load_people
from evaluator.reading.pack.pack import load_pack
from tests.naturals import Row, differences, natural
from tests.populations.people_pack import PACK
from tests.populations.runs import write_people, write_rules
from tests.product import PRODUCT
from tests.strategies import random_as_of, random_pack, random_profile

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

DAY = datetime.date(2026, 11, 1)
LOOPBACK = "127.0.0.1"
SETTINGS = {
    "spark.driver.host": LOOPBACK,
    "spark.driver.bindAddress": LOOPBACK,
    "spark.ui.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
}
"""The first three keep a test on this machine; the others spare compiling what runs once over a few rows."""
PATIENCE = 600
"""Seconds after which a process hangs; a crowded machine takes minutes to start four of them."""


def _missing() -> str | None:
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "needs Java 17"
    try:
        import pyspark  # noqa: F401 - whether it is there
    except ImportError:
        return "needs the extra spark"
    return None


needs_spark = pytest.mark.skipif(_missing() is not None, reason=str(_missing()))
warnings = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning")


@contextmanager
def _session(master: str) -> Iterator[SparkSession]:
    from pyspark.sql import SparkSession

    os.environ["SPARK_LOCAL_IP"] = LOOPBACK
    builder = SparkSession.builder.master(master).appName("evaluator-tests")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()


@pytest.fixture(scope="module")
def local() -> Iterator[SparkSession]:
    """Return a session on two cores of this machine."""
    with _session("local[2]") as session:
        yield session


def _given(session: SparkSession, frame: pl.DataFrame, folder: Path) -> DataFrame:
    """Return a frame of Spark; by way of a file, for which no Python has to start in the workers."""
    frame.write_parquet(folder / "people.parquet")
    return session.read.parquet((folder / "people.parquet").as_uri())


def _evaluated(given: DataFrame, pack: Pack, day: datetime.date = DAY) -> Sequence[Row]:
    answered = evaluate_frame(given, pack, as_of=day)
    assert type(answered) is type(given)
    return [row.asDict() for row in answered.collect()]


def _sample() -> tuple[Pack, list[Profile]]:
    pack = load_pack(PRODUCT / "rules")
    return pack, list(load_people([PRODUCT / "profiles" / "people.csv"], pack))


@pytest.mark.spark
@needs_spark
@warnings
def test_the_sample_people_come_out_as_in_the_reference_on_spark(local: SparkSession, tmp_path: Path) -> None:
    """The 200 people of people.csv get the reference's standings, next roles, verdicts and scores."""
    pack, people = _sample()
    rows = _evaluated(_given(local, natural(pack, people), tmp_path), pack)
    assert sum(row["doubt"] for row in rows) <= len(rows) // 50
    assert not differences(pack, people, rows, DAY)


@pytest.mark.spark
@needs_spark
@warnings
@pytest.mark.parametrize("seed", [0, 1])  # a pack of each edition
def test_random_packs_and_people_come_out_as_in_the_reference_on_spark(local: SparkSession, tmp_path: Path, seed: int) -> None:
    """Every kind of attribute, derivation and condition that comes up is right, on every row that is not in doubt."""
    chance = random.Random(5000 + seed)
    pack, day = random_pack(chance), random_as_of(chance)
    people = [attrs.evolve(random_profile(chance, pack), id=f"p{place}") for place in range(20)]
    assert not differences(pack, people, _evaluated(_given(local, natural(pack, people), tmp_path), pack, day), day)


@pytest.mark.spark
@needs_spark
@warnings
def test_values_that_do_not_fit_are_named_on_spark(local: SparkSession, tmp_path: Path) -> None:
    """NaN, infinities, unknown options, members and roles are no unknowns; dots in names are nothing special."""
    years = [float("nan"), float("inf"), 61.0, 1.0, None, None, 7.0]
    skill = [None, None, None, "nobody", None, None, None]
    knowledge = [None, None, None, None, ["x"], ["data", None], ["data"]]
    frame = pl.DataFrame(
        {"id": [str(place) for place in range(7)], "years": years, "skill": skill, "knowledge": knowledge, "team.name": ["x"] * 7}
    )
    answered = evaluate_frame(_given(local, frame, tmp_path), PACK, as_of=DAY, role="junior", keep=["team.name"])
    rows = sorted((row.asDict() for row in answered.collect()), key=lambda row: str(row["id"]))
    assert [row["invalid"] for row in rows] == ["years", "years", "years", "skill", "knowledge", "knowledge", None]
    assert [row["verdict"] for row in rows] == [None] * 6 + ["ready"]
    assert {row["team.name"] for row in rows} == {"x"}


@pytest.mark.spark
@needs_spark
@warnings
def test_the_command_line_judges_parquet_files_on_spark(local: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Into a folder, as the columns engine judges them; what does not fit, and every id that comes twice, is set aside."""
    assert local is not None
    monkeypatch.chdir(tmp_path)
    write_rules(tmp_path / "rules")
    write_people(tmp_path / "people.csv", 200)
    people = pl.read_csv("people.csv", schema_overrides={"years": pl.Float64}).drop("areas")
    odd = people[:3].with_columns(id=pl.Series(["p5", "odd", "role"]), years=pl.Series([1.0, float("nan"), 1.0]))
    (tmp_path / "people").mkdir()
    people.write_parquet("people/a.parquet")
    odd.with_columns(role=pl.Series(["manager", "manager", "managr"])).write_parquet("people/b.parquet")
    people.write_parquet("people.parquet")
    always = ("--role", "director", "--keep", "team", "--as-of", "2026-11-01", "--seed", "7")
    assert run(["evaluate", "people.parquet", "--engine", "columns", "-o", "columns.parquet", *always]) == 0
    assert run(["evaluate", "people", "--engine", "spark", "-o", "spark", *always]) == 1
    columns = pl.read_parquet("columns.parquet").drop("row").filter(pl.col("id") != "p5")
    assert_frame_equal(pl.read_parquet("spark/*.parquet").drop("row").sort("id"), columns.sort("id"))
    rejected = pl.read_csv("spark.rejected.csv").select("id", "column", "code").sort("id", "column").rows()
    assert rejected == [("odd", "years", "P102"), ("p5", "id", "D104"), ("p5", "id", "D104"), ("role", "role", "P105")]
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".")]


@pytest.mark.spark_cluster
@needs_spark
@warnings
def test_a_cluster_of_one_master_and_two_workers_says_what_the_reference_says(tmp_path: Path) -> None:
    """All processes run on loopback; both workers register before the 200 people of people.csv are evaluated."""
    pack, people = _sample()
    with _cluster(tmp_path) as master, _session(master) as session:
        executors = session.sparkContext._jsc.sc().getExecutorMemoryStatus().size
        _wait(lambda: executors() == 3, "both executors")  # the driver is one of the three
        rows = _evaluated(_given(session, natural(pack, people), tmp_path), pack)
    assert not differences(pack, people, rows, DAY)


@contextmanager
def _cluster(folder: Path) -> Iterator[str]:
    port = _free_port()
    master = f"spark://{LOOPBACK}:{port}"
    with ExitStack() as running:
        running.enter_context(_process(folder / "master", "master.Master", "--host", LOOPBACK, "--port", str(port), "--webui-port", "0"))
        log = folder / "master" / "log"
        _wait(lambda: "I have been elected leader" in log.read_text(), "the master")
        for name in ("one", "two"):
            limits = ("--host", LOOPBACK, "--cores", "1", "--memory", "2g", "--webui-port", "0", "--work-dir", str(folder / name))
            running.enter_context(_process(folder / name, "worker.Worker", *limits, master))
        _wait(lambda: log.read_text().count("Registering worker") == 2, "two workers")
        yield master


@contextmanager
def _process(folder: Path, name: str, *arguments: str) -> Iterator[None]:
    import pyspark

    folder.mkdir()
    command = [str(Path(pyspark.__file__).parent / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *arguments]
    environment = os.environ | {"SPARK_LOCAL_IP": LOOPBACK}
    with (folder / "log").open("w") as log, subprocess.Popen(command, env=environment, stdout=log, stderr=log) as running:
        try:
            yield
        finally:
            running.terminate()
            running.wait(PATIENCE)


def _wait(until: Callable[[], bool], what: str) -> None:
    for _ in range(PATIENCE * 2):
        if until():
            return
        time.sleep(0.5)
    pytest.fail(f"{what} did not come up in {PATIENCE} seconds")


def _free_port() -> int:
    with closing(socket.socket()) as opened:
        opened.bind((LOOPBACK, 0))
        return int(opened.getsockname()[1])
