"""What other systems export of a person → a profile: what can be taken is taken with its place, the rest is told, nothing is guessed."""
