"""Prism, a mock server by the document: it starts, and answers what is documented by what is documented."""

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
    """A line for each of its answers to the documented requests that the document would not have."""
    with _listening(shop) as url:
        return "\n".join(problem for exchange in exchanges() for problem in _problems(corrected(exchange), url))


def _problems(exchange: Exchange, url: str) -> list[str]:
    request = exchange.request
    operation, _ = document().match(request.method, request.url)
    # The documented requests leave the token out.
    headers = {**request.headers, "Authorization": "Bearer any"}
    answer = httpx.request(
        request.method, url + request.url.partition("/beta")[2], headers=headers, content=request.body
    )
    if answer.status_code != exchange.response.status:
        raise BrokenError(f"{operation.id}: Prism answers {answer.status_code} {answer.text}")
    problems = document().response_problems(operation, answer.status_code, answer.headers, answer.content)
    return [f"{operation.id}: {problem}" for problem in problems]


@contextmanager
def _listening(shop: Workshop) -> Iterator[str]:
    command = [shop.program("prism"), "mock", "--port", "0", str(DOCUMENT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8") as process:
        assert process.stdout
        said = ""
        try:
            for line in process.stdout:
                said += line
                if started := re.search(r"listening on (http://\S+)", line):
                    yield started[1]
                    return
            raise BrokenError(f"Prism does not start:\n{said}")
        finally:
            process.terminate()
