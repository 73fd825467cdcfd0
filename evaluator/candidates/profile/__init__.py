"""profile: profiles made by interview, imported from exports, and checked."""
