"""What several tests use: virtual time, Microsoft's description of Graph, the contract check."""
