"""What is wanted: the blueprint, what people answered, and the rules of both."""
