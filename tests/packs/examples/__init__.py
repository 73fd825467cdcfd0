"""Tests of rule tests: outcomes, coverage and mutants."""
