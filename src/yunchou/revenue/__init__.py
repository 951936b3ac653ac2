"""Sales lines as an append-only ledger, and their monthly sums."""
