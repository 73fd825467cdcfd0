"""backtest: past decisions held against the verdicts of a pack."""
