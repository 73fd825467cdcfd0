"""The command line: thin verbs that parse, call and render; the only part that prints or exits."""
