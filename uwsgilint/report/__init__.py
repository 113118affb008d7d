"""Ways of showing findings, settings and the picture of a server; none of them decides anything."""
