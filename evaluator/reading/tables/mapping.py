"""A saved mapping: which column of a table with headers of its own is which attribute."""

from __future__ import annotations

import os

from evaluator.diagnostics import Problems
from evaluator.reading.yaml.nodes import MappingNode, ScalarNode, read_yaml
from evaluator.reading.yaml.scalars import wrong_shape


def read_mapping(path: str | os.PathLike[str], problems: Problems) -> dict[str, str]:
    """Read a mapping file, YAML or JSON: `column: attribute` lines; what is wrong goes to the problems."""
    node = read_yaml(path, problems)
    if node is None:
        return {}
    if not isinstance(node, MappingNode):
        wrong_shape(node, "a mapping from columns to attributes", problems)
        return {}
    result: dict[str, str] = {}
    for entry in node.entries:
        if isinstance(entry.value, ScalarNode) and not entry.value.empty:
            result[entry.key.text] = entry.value.text
        else:
            wrong_shape(entry.value, "the name of an attribute", problems)
    return result
