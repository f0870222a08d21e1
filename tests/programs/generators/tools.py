"""One function for each generator: it generates from the document, checks the code, and returns the tool's output.

BrokenError if the tool fails, or if its code does not compile, lacks an operation or does not parse an example.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.files import DOCUMENT
from tests.programs.generators.workshop import BrokenError, Workshop

NPM = [
    "openapi-typescript@7.13.0",
    # The last version for Node.js before 22.
    "@hey-api/openapi-ts@0.95.0",
    # The last version for Node.js before 24.
    "@stoplight/prism-cli@5.14.2",
    # The last major version that openapi-typescript supports.
    "typescript@5.9.3",
]
PIP = [
    "datamodel-code-generator==0.89.0",
    "openapi-generator-cli==7.26.0",
    # Requirements of the generated Python.
    "pydantic==2.14.4",
    "python-dateutil==2.9.0.post0",
    "urllib3==2.8.0",
]
_PARSE = str(Path(__file__).with_name("parse.py"))


def openapi_typescript(shop: Workshop) -> str:
    """Types for TypeScript."""
    output = shop.run("openapi-typescript", str(DOCUMENT), "--output", "types/index.ts")
    _compile(shop, "types")
    _find_operations(shop.folder / "types", lambda operation_id: f'operations["{operation_id}"]')
    return output


def openapi_ts(shop: Workshop) -> str:
    """A client in TypeScript, by Hey API."""
    output = shop.run("openapi-ts", "--input", str(DOCUMENT), "--output", "hey-api")
    _compile(shop, "hey-api")
    _find_operations(shop.folder / "hey-api", lambda operation_id: f"export const {operation_id} =")
    return output


def datamodel_code_generator(shop: Workshop) -> str:
    """Models for pydantic."""
    options = ["--input-file-type=openapi", "--output-model-type=pydantic_v2.BaseModel", "--formatters=builtin"]
    output = shop.run("datamodel-codegen", "--input", str(DOCUMENT), "--output", "pydantic_models.py", *options)
    _parse(shop, "pydantic_models")
    return output


def openapi_generator_python(shop: Workshop) -> str:
    """A client in Python."""
    output = _openapi_generator(shop, "python")
    _parse(shop, "openapi_client", cwd="python")
    _find_operations(shop.folder / "python" / "openapi_client", lambda operation_id: f"def {_snake(operation_id)}(")
    return output


def openapi_generator_typescript(shop: Workshop) -> str:
    """A client in TypeScript."""
    output = _openapi_generator(shop, "typescript-fetch")
    _compile(shop, "typescript-fetch")
    _find_operations(shop.folder / "typescript-fetch", lambda operation_id: f"async {operation_id}(")
    return output


def _openapi_generator(shop: Workshop, language: str) -> str:
    return shop.run("openapi-generator-cli", "generate", "-i", str(DOCUMENT), "-g", language, "-o", language)


def _compile(shop: Workshop, folder: str) -> None:
    options = ["--strict", "--noEmit", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"]
    shop.run("tsc", *options, f"{folder}/index.ts")


def _parse(shop: Workshop, module: str, cwd: str = ".") -> None:
    shop.run("python", _PARSE, module, stdin=json.dumps(list(_examples())), cwd=cwd)


def _examples() -> Iterator[tuple[str, Any]]:
    """The examples of bodies, each with the name of its schema; without `{}`, which some tools have no model for."""
    for operation in document().operations:
        bodies = [operation.definition.get("requestBody", {}), *operation.definition["responses"].values()]
        for content in [content for body in bodies for content in document().resolve(body).get("content", {}).values()]:
            for example in content.get("examples", {}).values():
                if value := document().resolve(example)["value"]:
                    yield content["schema"]["$ref"].rpartition("/")[2], value


def _find_operations(folder: Path, code: Callable[[str], str]) -> None:
    text = "".join(path.read_text("utf-8") for path in folder.rglob("*.*") if path.suffix in {".py", ".ts"})
    missing = [operation.id for operation in document().operations if code(operation.id) not in text]
    if missing:
        raise BrokenError(f"{folder.name} has no {', '.join(missing)}")


def _snake(operation_id: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", operation_id)
