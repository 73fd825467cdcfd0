"""What a column of a table can mean: one of a profile's own columns by its name, an attribute, or a fact of people's groups."""

ID, NAME, ROLE, AS_OF, GATHERED = "id", "name", "role", "as_of", "gathered"
DAYS = (AS_OF, GATHERED)
DATED = (*DAYS, "date")
"""The columns that hold days, be it of people or of decisions."""
OWN = (ID, NAME, ROLE, *DAYS)
"""The columns of a table that are a profile's own."""
ATTRIBUTE = "attribute:"
"""What the meaning of a column begins with that is an attribute; its id follows."""
GROUP = "group:"
EVERY_GROUP = "group:*"
"""What `keep` calls all facts of people's groups."""
