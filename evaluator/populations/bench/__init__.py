"""bench: who is ready for each role now and in some years, by what time alone brings."""
