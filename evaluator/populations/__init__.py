"""The verbs of people operations, and judging whole populations, which they and calibration share."""
