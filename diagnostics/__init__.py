"""From a pasted bounce to an answer: `bounce` reads, `engine` recognises, the rest is Django."""
