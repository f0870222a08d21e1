"""What is missing if an extra of the package is not installed."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def needed(extra: str) -> Iterator[None]:
    """Import in this block what needs an extra: ModuleNotFoundError names the extra if a library is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("security_copilot"):
            raise
        library = error.name.partition(".")[0]
        install = f'pip install "security-copilot-client[{extra}]"'
        raise ModuleNotFoundError(f"{library} is not installed; run: {install}", name=library) from None
