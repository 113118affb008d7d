"""Programs that use the models as a library; mypy reads them as strictly as the package."""
