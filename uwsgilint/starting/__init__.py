"""How a project begins: what stands in its folder, and the configuration that fits it."""
