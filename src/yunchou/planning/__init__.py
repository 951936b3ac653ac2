"""Plans, their versions and targets."""
