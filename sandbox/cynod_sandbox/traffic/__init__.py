"""What passes through the API, kept for whoever looks: the last exchanges and counters of all of them."""
