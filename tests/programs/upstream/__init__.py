"""Compares what Microsoft publishes about the API with what this repository states. See `__main__`."""
