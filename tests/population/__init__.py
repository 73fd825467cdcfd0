"""Tests of whole populations."""
