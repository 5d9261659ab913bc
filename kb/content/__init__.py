"""Knowledge in and out: rows as plain data, starter content, export."""
