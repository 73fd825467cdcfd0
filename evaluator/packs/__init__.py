"""The verbs of authors of rules: lint, test, show, graph, new, schema and set."""
