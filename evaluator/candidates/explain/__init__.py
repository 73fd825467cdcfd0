"""explain: a verdict traced back to the conditions and lines it stands on."""
