"""The yunchou command, which needs no database for work on files."""
