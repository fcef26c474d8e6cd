"""What an experiment is made of: callers, valid requests by role, inputs, test cases, declared probes."""
