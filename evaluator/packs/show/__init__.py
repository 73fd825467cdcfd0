"""show: a role in plain sentences, and the attributes of a pack."""
