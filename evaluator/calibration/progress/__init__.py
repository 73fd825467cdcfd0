"""progress: what changed between two populations, and whether facts, time or rules moved it."""
