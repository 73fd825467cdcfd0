"""sweep: a threshold moved, and how many are ready, nearly, not yet and undecided."""
