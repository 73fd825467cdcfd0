"""YAML text in, nodes with their places out."""
