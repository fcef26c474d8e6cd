"""Who may call, in SQL: partners and their secrets, tokens, failed logins; the same for every worker."""
