"""What the suite needs to judge a sender of webhooks: a receiver, signatures, and a round of changes."""
