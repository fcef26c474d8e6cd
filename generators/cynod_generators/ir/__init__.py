"""The intermediate representation: everything of a contract that a generated server needs, as plain JSON."""
