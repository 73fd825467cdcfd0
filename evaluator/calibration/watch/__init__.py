"""watch: a pack watched, and at every save who moves."""
