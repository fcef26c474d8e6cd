"""Scenarios: an Arazzo document beside the contract, read, judged and evaluated; it is run elsewhere.

``reading`` makes the model of a document, ``expressions`` and ``conditions`` are the language in which its
steps speak, ``criteria`` says whether one holds, ``rules`` what is wrong with a document.
"""
