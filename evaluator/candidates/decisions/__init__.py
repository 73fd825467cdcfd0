"""The record of decisions: a log that only grows, each record chained to the one before, with the facts and rules beside it."""
