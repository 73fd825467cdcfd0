"""compare: candidates for a role side by side, what differs first."""
