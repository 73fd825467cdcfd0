"""Files that nobody should send, and everybody does."""
