"""What changed between two packs: renames, lines of another meaning, and lines of other words, for `diff`, `watch` and `lint --against`."""
