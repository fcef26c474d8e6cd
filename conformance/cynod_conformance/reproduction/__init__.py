"""What shows a failure again: the log of exchanges, lines of bash, variables for secrets."""
