"""Finds the likely cause of an alert."""
