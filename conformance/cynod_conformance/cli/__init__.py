"""The commands: `cynod conform`."""
