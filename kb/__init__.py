"""What is known: sources, opinions, articles, codes, providers, causes and signatures."""
