"""What is compared, one module a subject; each yields changes."""
