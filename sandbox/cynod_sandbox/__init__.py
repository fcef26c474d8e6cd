"""The sandbox: the generated server with handlers, storage and seed data written by hand."""
