"""Run a sample of docs/from-msgraph-beta-sdk.md: `sample.py URL TOKEN FILE`.

Run by `make sdk` with the Python of .venv-sdk. If the sample has a `main`, it is called with a client.
"""

import asyncio
import runpy
import sys

from tests.programs.sdk.official import client


def main(url: str, token: str, file: str) -> None:
    sample = runpy.run_path(file)
    if "main" in sample:
        asyncio.run(sample["main"](client(url, token)))


if __name__ == "__main__":
    main(*sys.argv[1:])
