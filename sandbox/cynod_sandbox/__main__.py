"""``python -m cynod_sandbox``: the same as ``cynod sandbox``."""

from cynod_sandbox.cli import sandbox

if __name__ == "__main__":
    sandbox(prog_name="python -m cynod_sandbox")
