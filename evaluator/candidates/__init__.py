"""The verbs of managers, for one person or a few: profile, explain, case, compare, plan, whatif and decisions."""
