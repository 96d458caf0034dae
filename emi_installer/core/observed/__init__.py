"""What was found in the tenant, and what can be said of it."""
