"""Parse examples with generated models: `parse.py MODULE`, with `[[model, value], ...]` as JSON on stdin.

It runs in the environment of the generated code, without this project. It ends with a traceback if a model is missing
or does not parse its example.
"""

import importlib
import json
import sys
from typing import Any


def main(module: str) -> None:
    models = importlib.import_module(module)
    for name, value in json.load(sys.stdin):
        model: Any = getattr(models, name)
        # openapi-generator has a class of its own for a union, which pydantic does not parse.
        getattr(model, "from_dict", model.model_validate)(value)


if __name__ == "__main__":
    sys.path.insert(0, "")
    main(sys.argv[1])
