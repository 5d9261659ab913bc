"""The project: settings, addresses, entry points of the servers."""
