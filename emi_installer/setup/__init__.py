"""The use cases: what one run does and knows, whatever shows it."""
