"""Tests that need more than one room: real servers, real commands, the document as the only source."""
