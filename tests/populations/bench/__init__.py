"""bench: the succession bench of every role."""
