"""OpenAPI's own rules: whether a document is valid, by the schemas that the OpenAPI Initiative publishes."""
