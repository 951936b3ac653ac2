"""Documents as people take them into a meeting: workbooks and PDFs from plain values; no Django, no database."""
