"""The language of helps and reports: French for partners, English in the code."""
