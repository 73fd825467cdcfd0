"""Profiles: evidence, imports and the interview."""
