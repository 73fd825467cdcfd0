"""The promotion case: everything about one person and one role that a panel reads, as plain data and as HTML, Markdown and Word."""
