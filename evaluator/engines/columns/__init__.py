"""The columns engine: the meaning of a pack as expressions over whole columns, for Polars, DuckDB and Spark alike."""
