"""The words that may stay in a recording: those that the document or a standard publishes."""

import re
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

from security_copilot_contract.spec.canonical import OPTIONS
from security_copilot_contract.spec.document import document
from security_copilot_contract.spec.exchange import exchanges

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
GRAPH = "graph.microsoft.com"
# In place of the base URL of any other service.
ELSEWHERE = "https://service.example/beta"
# Nothing has this id, and everybody knows it (RFC 9562, section 5.9).
NIL = "00000000-0000-0000-0000-000000000000"

# Headers that describe the connection, or the coding of a body. The recording has decoded bodies, and not these.
LEFT_OUT = frozenset(
    {
        *("accept-encoding", "connection", "content-encoding", "content-length", "expect", "host", "keep-alive"),
        *("te", "trailer", "transfer-encoding", "upgrade", "user-agent"),
    }
)
_STANDARD_HEADERS = frozenset(
    {
        *("accept", "accept-language", "age", "authorization", "cache-control", "content-language", "content-type"),
        *("cookie", "etag", "expires", "if-match", "if-none-match", "last-modified", "link", "location"),
        *(
            "odata-version",
            "pragma",
            "prefer",
            "preference-applied",
            "server",
            "set-cookie",
            "strict-transport-security",
            "vary",
            "via",
        ),
        *("www-authenticate", "x-content-type-options"),
    }
)
_MEDIA_TYPES = (
    *("application/json", "application/problem+json", "application/octet-stream", "application/xml", "text/html"),
    *("text/plain", "text/xml", "*/*"),
)
MEDIA_TYPE = re.compile(
    rf"""
    (?:{"|".join(map(re.escape, _MEDIA_TYPES))})
    (?:[ ]?;[ ]?(?:
        charset="?(?:utf-8|us-ascii|iso-8859-1)"?
        |odata\.metadata=(?:minimal|full|none)
        |odata\.streaming=(?:true|false)
        |IEEE754Compatible=(?:true|false)
    ))*
    """,
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
PREFERENCE = "include-unknown-enum-members"
SCHEMES = frozenset({"basic", "bearer", "digest", "negotiate", "ntlm", "pop"})
CHALLENGE_PARAMETERS = frozenset(
    {"authorization_uri", "claims", "client_id", "error", "error_description", "realm", "scope"}
)
CHALLENGE_ERRORS = frozenset({"insufficient_claims", "insufficient_scope", "invalid_request", "invalid_token"})
# OData JSON Format 4.01, section 4.6.
_CONTROLS = (
    *("associationLink", "context", "count", "deltaLink", "editLink", "etag", "id", "mediaEtag", "metadataEtag"),
    *("navigationLink", "nextLink", "readLink", "type"),
)
_OPERATORS = ("eq", "ne", "gt", "ge", "lt", "le", "contains", "startswith", "endswith", "asc", "desc")


@cache
def properties() -> frozenset[str]:
    """The names of all properties in the document and its exchanges, and of OData's control information."""
    found: set[str] = {name for schema in _nodes(document().raw["components"]) for name in schema.get("properties", ())}
    for name in document().schemas:
        if name.endswith("Property"):
            found.update(document().schemas[name]["enum"])
    for documented in exchanges():
        found.update(name for node in _nodes(documented.response.json()) for name in node)
    return frozenset(found | {f"@odata.{control}" for control in _CONTROLS})


@cache
def members() -> frozenset[str]:
    """The members of all enumerations in the document."""
    return frozenset(m for schema in _nodes(document().raw["components"]) for m in schema.get("enum", ()))


@cache
def types() -> frozenset[str]:
    """The OData types of the document's schemas."""
    names = (name[:1].lower() + name[1:] for name in document().schemas)
    return frozenset(f"#microsoft.graph.security.securityCopilot.{name}" for name in names)


@cache
def segments() -> frozenset[str]:
    """The literal segments of the document's paths, and those that OData and Graph define."""
    literal = {part for operation in document().operations for part in operation.path.split("/") if "{" not in part}
    return frozenset(literal | {"", "beta", "v1.0", "default", "$metadata", "$entity", "$count", "$ref", "$value"})


@cache
def headers() -> frozenset[str]:
    """The names of documented and of standard headers, in lower case."""
    components = document().raw["components"]
    documented = {parameter["name"] for parameter in components["parameters"].values() if parameter["in"] == "header"}
    for response in components["responses"].values():
        documented |= set(response.get("headers", ()))
    return frozenset({name.lower() for name in documented} | _STANDARD_HEADERS)


@cache
def targets() -> frozenset[str]:
    """What an error may be about: a property, a parameter or a header."""
    parameters = {parameter["name"] for parameter in document().raw["components"]["parameters"].values()}
    return frozenset(properties() | headers() | parameters | set(OPTIONS) | {f"${name}" for name in OPTIONS})


@cache
def error_codes() -> frozenset[str]:
    """The names of statuses, which most services use as codes of errors."""
    phrases = [status.phrase for status in HTTPStatus] + ["Bandwidth Limit Exceeded"]
    return frozenset(re.sub(r"[ '-]", "", phrase.title()) for phrase in phrases)


@cache
def words() -> frozenset[str]:
    """Every word of these, as `tokens` splits them."""
    base = [ELSEWHERE, f"https://{GRAPH}/beta", "http", NIL]
    options = [*OPTIONS, *_OPERATORS, "true", "false", "null", PREFERENCE, "1.0"]
    challenge = [*SCHEMES, *CHALLENGE_PARAMETERS, *CHALLENGE_ERRORS]
    media = [*_MEDIA_TYPES, "charset utf-8 us-ascii iso-8859-1 odata.metadata minimal full none odata.streaming"]
    media.append("IEEE754Compatible")
    unparsed = ["not JSON bytes of no media type"]
    listed = [*targets(), *members(), *types(), *segments(), *error_codes(), *METHODS]
    every = {token for text in [*base, *options, *challenge, *media, *unparsed, *listed] for token in tokens(text)}
    return frozenset(every | {token.lower() for token in every})


_TOKEN = re.compile(r"""[^\s"'(),:/?&=#$@;<>{}\[\]*]+""")


def tokens(text: str) -> list[str]:
    """The words of a text."""
    return _TOKEN.findall(text)


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for inner in node.values():
            yield from _nodes(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _nodes(inner)
