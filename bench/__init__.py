"""What the generated server costs beside one written by hand."""
