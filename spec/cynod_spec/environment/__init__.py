"""The installation and the checkout around it: version, extras, default document, documents read."""
