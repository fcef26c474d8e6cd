"""From a target's plan to files: templates, Python literals, hashes, the exchange of a folder."""
