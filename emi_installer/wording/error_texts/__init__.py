"""The sentences of every error, by code."""
