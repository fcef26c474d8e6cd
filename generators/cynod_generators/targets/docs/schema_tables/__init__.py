"""Schemas as tables: a row for each member, with its type and its bounds in words."""
