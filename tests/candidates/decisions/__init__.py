"""The log of decisions: recording, tampering, crashes, export and replay."""
