"""Findings: which rules there are, and where they fire."""
