"""Values and decisions, without network, disk, clock or random."""
