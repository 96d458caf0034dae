"""What can go wrong, as values that people can act on."""
