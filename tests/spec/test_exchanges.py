"""The documented exchanges, and whether they conform to the document."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from security_copilot_contract.spec.contradictions import (
    ExchangeViolation,
    corrected,
    disagreements,
    exchange_violations,
    known,
)
from security_copilot_contract.spec.document import Operation, Schema, document
from security_copilot_contract.spec.exchange import Exchange, exchanges, parse
from security_copilot_contract.spec.violation import Violation

CREATE = """\
POST https://graph.microsoft.com/beta/things
Content-Type: application/json

{"a": 1}

HTTP/1.1 201 Created
Content-Type: application/json

{"b": 2}
"""


class TestParse:
    """Parsing a file."""

    def test_reads_request_and_response(self) -> None:
        """Both have headers and a body."""
        exchange = parse("create", CREATE)

        assert (exchange.request.method, exchange.request.url) == ("POST", "https://graph.microsoft.com/beta/things")
        assert exchange.request.headers == {"Content-Type": "application/json"}
        assert exchange.request.json() == {"a": 1}
        assert exchange.response.status == 201
        assert exchange.response.headers == {"Content-Type": "application/json"}
        assert exchange.response.json() == {"b": 2}

    def test_reads_a_request_without_headers_and_body(self) -> None:
        """A GET is one line."""
        exchange = parse("get", "GET https://host/x\n\nHTTP/1.1 200 OK\n\n{}\n")

        assert exchange.request.headers == {}
        assert exchange.request.body == b""

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("GET https://host/x\n\n{}\n", "broken: no line starts with 'HTTP/1.1 '"),
            ("GET\n\nHTTP/1.1 200 OK\n\n{}\n", "broken: expected 'METHOD URL'"),
            ("GET https://host/x\n\nHTTP/1.1 OK\n\n{}\n", "broken: expected 'METHOD URL'"),
            ("GET https://host/x\n\nHTTP/1.1 999 OK\n\n{}\n", "broken: expected 'METHOD URL'"),
            ("GET https://[host/x\n\nHTTP/1.1 200 OK\n\n{}\n", "broken: expected 'METHOD URL'"),
            ("GET /x\n\nHTTP/1.1 200 OK\n\n{}\n", "broken: expected 'METHOD URL'"),
            ("\n\nHTTP/1.1 \n\n", "broken: expected 'METHOD URL'"),
            ("GET https://host/x\nnone\n\nHTTP/1.1 200 OK\n\n{}\n", "broken: expected a header 'Name: value'"),
        ],
    )
    def test_names_a_file_that_is_not_an_exchange(self, text: str, message: str) -> None:
        """The error says which file and what is missing."""
        with pytest.raises(ValueError, match=message):
            parse("broken", text)

    def test_names_a_file_that_is_not_text(self, tmp_path: Path) -> None:
        """Its bytes do not matter."""
        (tmp_path / "a.http").write_bytes(b"\xff\xfe")

        with pytest.raises(ValueError, match="a: expected UTF-8"):
            exchanges(tmp_path)

    def test_finds_exchanges_by_listing_the_folder(self, tmp_path: Path) -> None:
        """Any .http file is an exchange, and nothing else is."""
        (tmp_path / "b.http").write_text(CREATE)
        (tmp_path / "a.http").write_text(CREATE)
        (tmp_path / "notes.txt").write_text("none")

        assert [exchange.name for exchange in exchanges(tmp_path)] == ["a", "b"]


def test_document_and_exchange_agree(exchange: Exchange) -> None:
    """The documented messages conform to the document, except for listed contradictions."""
    assert disagreements([exchange], known(exchange)) == []


def test_a_disagreement_is_reported() -> None:
    """An exchange without an operation, or with violations."""
    text = CREATE.replace("things", "security/securityCopilot/workspaces/default/sessions")

    violations = exchange_violations(parse("create_session", text))

    assert ExchangeViolation("request", Violation("body", "additional", "/a", "a", got=1)) in violations
    assert ExchangeViolation("response", Violation("body", "required", "/id", "id")) in violations
    unknown = Violation("path", "no_operation", name="POST", got="/beta/things")
    assert exchange_violations(parse("create", CREATE)) == [ExchangeViolation("request", unknown)]


def _examples(media: Schema) -> list[object]:
    return [document().resolve(example)["value"] for example in media.get("examples", {}).values()]


def test_examples_of_the_operation_are_the_documented_ones(exchange: Exchange) -> None:
    """The messages are examples of their operation, or of the operation that the response fits."""
    exchange = corrected(exchange)
    operation, path = document().match(exchange.request.method, exchange.request.url)
    contradicted = [c for c in known(exchange, "response body") if c.stays]
    owner = document().operation(next((c.fits for c in contradicted if c.fits), operation.id))

    def shown(of: Operation) -> list[object]:
        return _examples(of.definition["responses"][str(exchange.response.status)]["content"]["application/json"])

    if exchange.request.body:
        content = operation.definition["requestBody"]["content"]
        assert exchange.request.json() in _examples(content["application/json"])
    assert exchange.response.json() in shown(owner)
    assert owner is operation or not shown(operation)
    assert path == {p["name"]: p["example"] for p in operation.parameters if p["in"] == "path"}
    query = dict(parse_qsl(urlsplit(exchange.request.url).query))
    assert query.items() <= {p["name"]: p.get("example") for p in operation.parameters if p["in"] == "query"}.items()


def test_the_document_has_no_example_of_its_own() -> None:
    """Every example in the document is the body of a documented message."""
    corrected_ones = [corrected(exchange) for exchange in exchanges()]
    messages = [message for exchange in corrected_ones for message in (exchange.request, exchange.response)]
    bodies = [message.json() for message in messages if message.body]

    for name, example in document().raw["components"]["examples"].items():
        assert example["value"] in bodies, name


def test_examples_are_legal() -> None:
    """Each example conforms to its own schema."""
    for where, media in _media(document().raw["paths"]):
        for example in _examples(media):
            assert document().schema_violations(media["schema"], example) == [], where


def _media(node: Schema, where: str = "paths") -> Iterator[tuple[str, Schema]]:
    for name, inner in node.items():
        if name == "application/json":
            yield where, inner
        elif isinstance(inner, dict):
            yield from _media(inner, f"{where}/{name}")


def test_every_operation_has_an_exchange() -> None:
    """Otherwise the operation would not be verified."""
    requests = [corrected(exchange).request for exchange in exchanges()]
    exchanged = {document().match(request.method, request.url)[0].id for request in requests}

    assert exchanged == {operation.id for operation in document().operations}
