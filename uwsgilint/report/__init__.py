"""Ways of showing findings; none of them knows anything of uWSGI."""
