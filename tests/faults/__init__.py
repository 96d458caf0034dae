"""The fault bench: every request of every journey, each with everything that can go wrong with it."""
