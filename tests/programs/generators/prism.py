"""Prism, a mock server made of the document: it must start and answer the documented requests as documented."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from security_copilot_contract.spec.contradictions import corrected
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.exchange import Exchange, exchanges
from security_copilot_contract.spec.files import DOCUMENT
from tests.programs.generators.workshop import BrokenError, Workshop


def prism(shop: Workshop) -> str:
    """A line for each violation of its responses to the documented requests; BrokenError if it fails."""
    with _listening(shop) as url:
        return "\n".join(line for exchange in exchanges() for line in _violations(corrected(exchange), url))


def _violations(exchange: Exchange, url: str) -> list[str]:
    request = exchange.request
    operation, _ = document().match(request.method, request.url)
    # The documented requests have no token.
    headers = {**request.headers, "Authorization": "Bearer any"}
    response = httpx.request(
        request.method, url + request.url.partition("/beta")[2], headers=headers, content=request.body
    )
    if response.status_code != exchange.response.status:
        raise BrokenError(f"{operation.id}: Prism returns {response.status_code} {response.text}")
    violations = document().response_violations(operation, response.status_code, response.headers, response.content)
    return [f"{operation.id}: {violation.part} {violation.pointer}: {violation}" for violation in violations]


@contextmanager
def _listening(shop: Workshop) -> Iterator[str]:
    command = [shop.program("prism"), "mock", "--port", "0", str(DOCUMENT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8") as process:
        assert process.stdout
        output = ""
        try:
            for line in process.stdout:
                output += line
                if started := re.search(r"listening on (http://\S+)", line):
                    yield started[1]
                    return
            raise BrokenError(f"Prism does not start:\n{output}")
        finally:
            process.terminate()
