"""What the tests that need more than one room share: copies of the document, renaming, real servers."""
