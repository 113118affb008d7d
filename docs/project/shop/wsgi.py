"""The application of the project that the pages of the documentation work on."""


def application(environ, start_response):
    """Say hello."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"hello from the shop\n"]
