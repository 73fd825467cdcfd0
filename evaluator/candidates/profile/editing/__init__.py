"""Changes to a profile's file, made without an editor: what is asked for, what is written, and what that does to a verdict."""
