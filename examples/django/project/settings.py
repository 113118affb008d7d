"""What Django would read; here only what the stand-in in `wsgi.py` shows."""

SITE_NAME = "Example shop"
