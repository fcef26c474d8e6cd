"""Where the sandbox keeps cards, entries and operations: SQL, one transaction for each operation."""
