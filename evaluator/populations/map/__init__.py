"""map: a mapping file proposed for a table, with reasons."""
