"""Records exchanges for the console: the most recent ones, and counters of all for Prometheus."""
