"""The tests, the data they share, and the maintainers' programs."""

from pathlib import Path

# The root of the repository.
ROOT = Path(__file__).parent.parent
