"""What a run leaves behind: a verdict on the console, ``report.json``, ``junit.xml``,
``report.sarif`` and ``report.html``.
"""
