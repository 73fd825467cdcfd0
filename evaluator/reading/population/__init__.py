"""Whole populations: CSV, JSON Lines, Parquet, Excel and folders of profiles → chunks that the columns engine can take."""

from evaluator.reading.population.door import CHUNK_ROWS, Population, open_population
from evaluator.reading.population.mapping import read_mapping
from evaluator.reading.population.model import Chunk, Options, Rejected

__all__ = ["CHUNK_ROWS", "Chunk", "Options", "Population", "Rejected", "open_population", "read_mapping"]
