"""Identity in SQL, shared by all workers: partners, secrets, tokens, failed logins, quotas."""
