"""Mutation testing of the suite: the sandbox is changed at one place, and the suite has to see it."""

import sys
from pathlib import Path

# The helpers of the tests run a sandbox in this process: ``cross_room`` stands in no installed room.
sys.path.append(str(Path(__file__).parent.parent / "tests" / "support"))
