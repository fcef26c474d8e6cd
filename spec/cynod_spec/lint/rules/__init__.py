"""One rule a module; a new module here is a new rule."""
