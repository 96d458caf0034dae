"""What will be done about it: changes, blockers, events, result."""
