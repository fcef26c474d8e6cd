"""What a database holds before the first request: its tables, partners, cards; and the way back to them."""
