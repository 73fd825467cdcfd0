"""whatif: what a change would do, before and after."""
