"""A project laid out as `django-admin startproject project` does it."""
