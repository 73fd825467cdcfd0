"""template: a workbook to fill in, with the questions of a pack."""
