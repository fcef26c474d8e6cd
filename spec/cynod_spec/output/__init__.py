"""What commands give to their users: files and texts."""
