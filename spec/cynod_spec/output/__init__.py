"""What every writer of every room shares, so that text from outside can be shown without harm."""
