"""init: new folders, and what they start from."""
