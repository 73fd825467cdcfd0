"""rank: candidates for one role, in order."""
