"""What a run leaves behind: a console verdict, ``report.json``, ``junit.xml``."""
