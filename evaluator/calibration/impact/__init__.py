"""Adverse impact: how verdicts, and each criterion behind them, fall on the groups that people belong to."""
