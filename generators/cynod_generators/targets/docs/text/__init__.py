"""Text of the documentation: its own words, Markdown, highlighted code, anchors, values as they are sent."""
