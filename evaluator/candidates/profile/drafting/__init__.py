"""Profiles in the making: what is to be written, the text of the file, and the interview that fills it."""
