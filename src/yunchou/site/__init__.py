"""Settings, addresses, sign-in, navigation and the home page."""
