"""Pages of lists: the list itself, a record, and the views kept of it."""
