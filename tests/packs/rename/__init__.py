"""Tests of rename."""
