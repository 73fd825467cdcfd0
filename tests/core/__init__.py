"""Tests of the core: values, conditions, expressions, tallies, gaps, questions and evaluations."""
