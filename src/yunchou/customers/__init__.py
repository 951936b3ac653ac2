"""Accounts, regions and cities."""
