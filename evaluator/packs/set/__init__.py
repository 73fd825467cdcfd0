"""set: one value of a rule file changed, and no other byte."""
