"""The generated half of a server: replaced as a whole by every generation, never edited by hand.

``core`` is framework-neutral and reads the contract from ``contract.json``; ``fastapi_app`` and
``server`` put it behind FastAPI and uvicorn.
"""
