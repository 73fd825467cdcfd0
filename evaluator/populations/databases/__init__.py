"""Populations judged where the data lies: in DuckDB and in Spark."""
