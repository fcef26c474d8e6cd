"""What the suite says, in French and English."""
