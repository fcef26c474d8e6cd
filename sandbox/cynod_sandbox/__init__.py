"""The sandbox: the generated server with handlers, storage and seed data written by hand."""

import os

PATH_VARIABLE = "CYNOD_SANDBOX_PATH"
"""Names the folder of another generated half: ``generated_half`` sets it for the workers of a sandbox."""

if _folder := os.environ.get(PATH_VARIABLE):
    __path__.insert(0, _folder)
