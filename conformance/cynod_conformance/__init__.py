"""The conformance suite: is the server behind a URL a CYNOD?"""
