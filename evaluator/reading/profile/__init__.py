"""Profiles: files, folders and small tables in, profiles out."""
