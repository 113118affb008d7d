"""The configuration language: what stands for something else until the server starts."""
