"""Advice for one person: the least that makes a role's verdict ready, by when, and what a change would do."""
