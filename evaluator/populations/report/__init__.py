"""report: one page and one workbook of a population, for those who read and decide."""
