"""Starts what a run needs beside itself: a sandbox, a certificate authority."""
