"""Mutation testing of the suite: the sandbox is changed at one place, and the suite has to see it."""
