"""The engines: one meaning, several ways to run it."""
