"""One number, one definition."""
