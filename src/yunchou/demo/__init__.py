"""A living demo company, simulated."""
