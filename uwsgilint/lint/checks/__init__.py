"""Checks for what no condition can say: each is named by the page of its rule."""
