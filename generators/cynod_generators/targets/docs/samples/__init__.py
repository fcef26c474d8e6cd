"""Examples to copy: requests with curl, bodies of answers, the signature of a webhook."""
