"""init: a folder to begin a ladder in, with a pack that lints clean and people to play with."""
