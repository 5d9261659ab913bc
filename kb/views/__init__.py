"""Pages of the knowledge base, one module a family."""
