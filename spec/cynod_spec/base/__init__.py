"""What every other package leans on: pointers, places, errors, suggestions."""
