"""Proofs about a pack: what no profile, or every profile, comes to under its rules, each claim with an example that was evaluated."""
