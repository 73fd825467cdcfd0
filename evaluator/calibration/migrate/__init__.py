"""migrate: a pack brought to the second edition of the rule language, and what that changes."""
