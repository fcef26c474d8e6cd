"""Business scenarios (Arazzo): run against the target step by step, each answer judged as the document says.

``inputs`` finds what a workflow is given, ``requests`` makes a step's request, ``runner`` walks the steps and
``results`` is what came of them.
"""
