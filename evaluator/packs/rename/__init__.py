"""rename: a name of a pack exchanged for another one wherever it is used, and no other byte."""
