"""Questions as a sheet to fill in away from the terminal, and the answers that come back in it."""
