"""The files of a pack: nodes in, the model out."""
