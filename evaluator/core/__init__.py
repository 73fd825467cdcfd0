"""What rules and profiles say and mean: values, dates, conditions, expressions, the model, facts, the tally and results; plain Python."""
