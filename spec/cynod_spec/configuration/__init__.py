"""The files that configure cynod: typed models, their JSON Schemas, and how a file is read into a model.

They are here because rooms that do not import each other share them: the sandbox writes the ``cynod.toml``
that the suite reads.
"""
