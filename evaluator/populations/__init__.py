"""The rooms of the population runner: judging chunks, levels of detail, the second opinion, parts that survive a stop, files out."""
