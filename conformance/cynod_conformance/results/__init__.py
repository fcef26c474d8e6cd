"""What became of each clause: recorded evidence, statuses, waivers, the verdict."""
