"""``python -m cynod_spec.cli``."""

from cynod_spec.cli import main

main()
