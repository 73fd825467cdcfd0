"""Results in words, tables, documents and pictures; nothing here prints, exits or asks what a terminal is."""
