"""The site's own pages: home, switches, errors."""
