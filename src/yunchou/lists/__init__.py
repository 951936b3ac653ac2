"""List pages of every app: filters, views, export and records from one declaration each."""
