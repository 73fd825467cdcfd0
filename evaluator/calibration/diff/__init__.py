"""diff: what an edit of the rules changes, and who moves."""
