"""Generated code: from a contract to files, one folder a target."""
