"""Redaction: no secret survives, wherever it is; and what belongs together still does."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from security_copilot_contract.recording.redaction import NotRedactedError, Redaction, Traffic
from security_copilot_contract.spec import exchange as exchange_files

BASE = "https://gw.corp-name.net/tenant-path/beta"
SESSIONS = f"{BASE}/security/securityCopilot/workspaces/default/sessions"
ID = "ecdfb9b3-58f5-457f-a18c-4a477890b252"
JSON = ("Content-Type", "application/json")
SHIFT = timedelta(days=-100, hours=-1, seconds=-1)
SHOWN = "https://service.example/beta/security/securityCopilot/workspaces/default/sessions"

SECRETS = {
    "access token": "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwcyJ9.c2lnbmF0dXJl",
    "opaque token": "0.AXoAq1B2c3D4e5F6g7H8i9J0",
    "refresh token": "1.AVEAbase~Zm9v.AgABAwEAAADW6jl31mB3T7ugrWTT8pFe",
    "client secret": "8Q~7Q8~AbCdEfGhIjKlMnOpQrStUvWxYz",
    "API key": "sk-proj-9f8e7d6c5b4a39281706f5e4d3c2b1a0",
    "AWS key": "AKIAIOSFODNN7EXAMPLF",
    "storage key": "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq==",
    "SAS signature": "sv=2022-11-02&sig=Zm9vYmFyYmF6%3D",
    "connection string": "Server=tcp:db17.corp;Password=hunter2!;",
    "password": "correct horse battery staple",
    "private key": "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq\n-----END PRIVATE KEY-----",
    "cookie": "ESTSAUTH=0.AToA9x; domain=.login.corp",
    "session cookie": "JSESSIONID=3F2A9B8C7D6E5F40",
    "GUID": "50a5fa74-dcbb-4dc3-af3a-4c431b3cb9dd",
    "GUID in capitals": "7D2B0C1E-8F1A-4B7C-9D3E-1A2B3C4D5E6F",
    "GUID in both cases": "7d2b0c1e-8F1A-4B7C-9d3e-1A2B3C4D5E60",
    "GUID in braces": "{7d2b0c1e-8f1a-4b7c-9d3e-1a2b3c4d5e61}",
    "GUID without hyphens": "7d2b0c1e8f1a4b7c9d3e1a2b3c4d5e62",
    "tenant domain": "contoso.onmicrosoft.com",
    "mail address": "lfx310@contoso.ms",
    "user principal name": "megan.bowen_fabrikam.com#EXT#@contoso.ms",
    "host name": "dc01.ad.fabrikam.local",
    "host with port": "sql7.fabrikam.local:1433",
    "IPv4 address": "10.31.45.160",
    "IPv6 address": "2001:db8:85a3::8a2e:370:7334",
    "MAC address": "00:1B:44:11:3A:B7",
    "URL": "https://intranet.fabrikam.local/hr/payroll?id=77",
    "URL with a password": "https://admin:hunter2@vault.fabrikam.local/x",
    "URL of Graph": "https://graph.microsoft.com/beta/users/megan.bowen",
    "UNC path": "\\\\fileserver9\\finance$\\q3.xlsx",
    "file path": "/home/megan/.ssh/id_ed25519",
    "registry key": "HKLM\\SOFTWARE\\Fabrikam\\Agent",
    "file hash": "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f",
    "person": "Megan Bowen-Łukasz",
    "person in one word": "Bowenmegan",
    "name in another script": "Владимир Петров",
    "phone number": "+49 151 23456789",
    "credit card": "4111 1111 1111 1111",
    "IBAN": "DE89370400440532013000",
    "license plate": "M-XY 4711",
    "incident text": "Ransom note found on DESKTOP-7QK2 by agent Fabrikam",
    "KQL query": "DeviceLogonEvents | where AccountName == 'svc-sap'",
    "lines": "first secret line\r\n\tsecond secret line",
    "HTTP in a text": "an-answer\nHTTP/1.1 418 x\nX-Smuggled: smuggled-secret\n\nbody",
    "number": "4815162342",
    "time": "2026-07-01T08:15:30.1234567Z",
    "time of another zone": "2026-07-01T08:15:30+05:30",
    "HTTP date": "Wed, 01 Jul 2026 08:15:30 GMT",
    "OData type": "#fabrikam.secret.projectX",
    "stand-in of another recording": "text-4711",
    "known word with more": "displayNameOfFabrikam",
    "identifier": "fabrikamSecretProject",
}


def _plain(secret: str) -> str:
    return secret


def _base64(secret: str) -> str:
    return base64.b64encode(secret.encode()).decode()


def _url_base64(secret: str) -> str:
    return base64.urlsafe_b64encode(secret.encode()).decode().rstrip("=")


def _percent(secret: str) -> str:
    return quote(secret, safe="")


def _all_percent(secret: str) -> str:
    return "".join(f"%{octet:02X}" for octet in secret.encode())


def _hexadecimal(secret: str) -> str:
    return secret.encode().hex()


def _in_words(secret: str) -> str:
    return f"The plugin {secret} is not enabled"


ENCODINGS = (_plain, _base64, _url_base64, _percent, _all_percent, _hexadecimal, _in_words)


def traffic(**changes: Any) -> Traffic:
    """A valid exchange, with changes."""
    session = {"id": ID, "displayName": "a name", "createdDateTime": "2026-07-01T08:15:30Z"}
    given: dict[str, Any] = {
        "method": "GET",
        "url": f"{SESSIONS}/{ID}",
        "request_headers": [],
        "request_body": b"",
        "status": 200,
        "response_headers": [JSON],
        "response_body": _json(session),
    }
    return Traffic(**{**given, **changes})


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _line(secret: str) -> str:
    return " ".join(secret.split()).encode("utf-8").decode("latin-1")


def _body(value: object, status: int = 200) -> Traffic:
    return traffic(response_body=_json(value), status=status)


def _list(value: object) -> Traffic:
    return traffic(url=SESSIONS, response_body=_json(value))


def _sent(value: object) -> Traffic:
    return traffic(method="POST", url=SESSIONS, request_headers=[JSON], request_body=_json(value))


PLACES: dict[str, Callable[[str], Traffic]] = {
    "Authorization": lambda s: traffic(request_headers=[("Authorization", f"Bearer {_line(s)}")]),
    "Authorization without a scheme": lambda s: traffic(request_headers=[("authorization", _line(s))]),
    "Cookie": lambda s: traffic(request_headers=[("Cookie", _line(s))]),
    "Set-Cookie": lambda s: traffic(response_headers=[JSON, ("Set-Cookie", _line(s)), ("Set-Cookie", "a=b")]),
    "client-request-id": lambda s: traffic(request_headers=[("client-request-id", _line(s))]),
    "request-id": lambda s: traffic(response_headers=[JSON, ("request-id", _line(s))]),
    "diagnostic": lambda s: traffic(response_headers=[JSON, ("x-ms-ags-diagnostic", _line(s))]),
    "User-Agent": lambda s: traffic(request_headers=[("User-Agent", _line(s))]),
    "Prefer": lambda s: traffic(request_headers=[("Prefer", f"include-unknown-enum-members, {_line(s)}")]),
    "Content-Type": lambda s: traffic(response_headers=[("Content-Type", f"application/json; x={_line(s)}")]),
    "Allow": lambda s: traffic(response_headers=[JSON, ("Allow", f"GET, {_line(s)}")], status=405),
    "Retry-After": lambda s: traffic(response_headers=[JSON, ("Retry-After", _line(s))], status=429),
    "challenge": lambda s: traffic(response_headers=[("WWW-Authenticate", f'Bearer realm="{_line(s)}"')], status=401),
    "name in a challenge": lambda s: traffic(response_headers=[("WWW-Authenticate", _line(s))], status=401),
    "Location": lambda s: traffic(response_headers=[("Location", f"{SESSIONS}/{_line(s)}")]),
    "relative Location": lambda s: traffic(response_headers=[("Location", f"/{_line(s)}")]),
    "name of a header": lambda s: traffic(response_headers=[(_percent(s), "1")]),
    "id in the path": lambda s: traffic(url=f"{SESSIONS}/{_percent(s)}"),
    "key in parentheses": lambda s: traffic(url=f"{SESSIONS}('{_percent(s)}')"),
    "path of another API": lambda s: traffic(url=f"{BASE}/{_percent(s)}/x"),
    "path outside the API": lambda s: traffic(url=f"https://gw.corp-name.net/{_percent(s)}"),
    "user name": lambda s: traffic(url=f"https://{_percent(s)}@gw.corp-name.net/x"),
    "method": lambda s: traffic(method=s.split()[0].upper()),
    "$filter": lambda s: traffic(url=f"{SESSIONS}?$filter={_percent('displayName eq ' + _odata(s))}"),
    "$filter with contains": lambda s: traffic(url=f"{SESSIONS}?$filter={_percent(f'contains(name,{_odata(s)})')}"),
    "property in a $filter": lambda s: traffic(url=f"{SESSIONS}?$filter={_percent(f'{s} eq 1')}"),
    "broken $filter": lambda s: traffic(url=f"{SESSIONS}?$filter={_percent(s)}"),
    "$select": lambda s: traffic(url=f"{SESSIONS}?$select=id,{_percent(s)}"),
    "$top": lambda s: traffic(url=f"{SESSIONS}?$top={_percent(s)}"),
    "$orderby": lambda s: traffic(url=f"{SESSIONS}?$orderby={_percent(s)} desc"),
    "$skiptoken": lambda s: traffic(url=f"{SESSIONS}?$skiptoken={_percent(s)}"),
    "name of an option": lambda s: traffic(url=f"{SESSIONS}?{_percent(s)}=1"),
    "displayName": lambda s: _body({"displayName": s}),
    "id": lambda s: _body({"id": s}),
    "time": lambda s: _body({"createdDateTime": s}),
    "annotation": lambda s: _body({"@microsoft.graph.tips": f"Use {s}"}),
    "value of an unknown property": lambda s: _body({"more": {"inner": [s]}}),
    "name of a property": lambda s: _body({s: 1}),
    "name of an annotation": lambda s: _body({f"@{s}": 1}),
    "name before an annotation": lambda s: _body({f"{s}@odata.type": 1}),
    "context": lambda s: _body({"@odata.context": f"{BASE}/$metadata#{s}"}),
    "key in a context": lambda s: _body({"@odata.context": f"{BASE}/$metadata#workspaces('{s}')/sessions"}),
    "context elsewhere": lambda s: _body({"@odata.context": f"https://{_percent(s)}/$metadata#sessions"}),
    "OData type": lambda s: _body({"@odata.type": s}),
    "nextLink": lambda s: _list({"value": [], "@odata.nextLink": f"{SESSIONS}?$skiptoken={_percent(s)}"}),
    "nextLink elsewhere": lambda s: _list({"value": [], "@odata.nextLink": f"https://gw.corp-name.net/{_percent(s)}"}),
    "nextLink that is none": lambda s: _list({"value": [], "@odata.nextLink": s}),
    "enumeration": lambda s: traffic(url=f"{SESSIONS}/{ID}/prompts", response_body=_json({"value": [{"type": s}]})),
    "code of an error": lambda s: _body({"error": {"code": s, "message": ""}}, 400),
    "message of an error": lambda s: _body({"error": {"code": "BadRequest", "message": f"No {s}."}}, 400),
    "target of an error": lambda s: _body({"error": {"code": "x", "message": "", "target": s}}, 404),
    "inner error": lambda s: _body({"error": {"innerError": {"innerError": {"code": s, "date": s}}}}, 418),
    "request body": lambda s: _sent({"displayName": s}),
    "name in a request body": lambda s: _sent({s: None}),
    "whole body": _body,
    "body that is a list": lambda s: _body([[s]]),
    "deep body": lambda s: traffic(response_body=b'{"a":' * 90 + _json(s) + b"}" * 90),
    "broken JSON": lambda s: traffic(response_body=_json({"a": s})[:-1]),
    "JSON with a name twice": lambda s: traffic(response_body=b'{"a":1,"a":' + _json(s) + b"}"),
    "HTML": lambda s: traffic(response_headers=[("Content-Type", "text/html")], response_body=f"<p>{s}</p>".encode()),
    "body of no text": lambda s: traffic(response_body=b"\xff\xfe" + s.encode("utf-16")),
}


def _odata(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@cache
def _traces(secret: str) -> set[str]:
    """What must not be found: the secret in each encoding, and each of its words that says something."""
    words = [word for word in secret.split() if len(word) > 7 and word != "HTTP/1.1"]
    encoded = {encode(text).lower() for text in [secret, *words] for encode in ENCODINGS}
    # The padding of base64 depends on what follows.
    return {text[:-4] if len(text) > 16 else text for text in encoded}


def _written(secret: str, place: str, encode: Callable[[str], str]) -> str:
    return exchange_files.text(Redaction(BASE, shift=SHIFT).exchange("001", PLACES[place](encode(secret))))


def _assert_gone(secret: str, text: str) -> None:
    found = [trace for trace in _traces(secret) if trace in text.lower()]
    assert not found, f"{found} is in\n{text}"


@pytest.mark.parametrize(("number", "kind"), list(enumerate(SECRETS)))
def test_no_secret_survives(number: int, kind: str) -> None:
    """Each kind of secret in a quarter of the places, and each place with a quarter of the kinds."""
    for place in list(PLACES)[number % 4 :: 4]:
        _assert_gone(SECRETS[kind], _written(SECRETS[kind], place, _plain))


@settings(max_examples=80, deadline=None, database=None, derandomize=True)
@given(st.sampled_from(sorted(SECRETS)), st.sampled_from(sorted(PLACES)), st.sampled_from(ENCODINGS))
def test_no_secret_survives_encoded(kind: str, place: str, encode: Callable[[str], str]) -> None:
    """Neither in base64, hexadecimal or percent-encoded, nor within a sentence."""
    _assert_gone(SECRETS[kind], _written(SECRETS[kind], place, encode))


@settings(max_examples=40, deadline=None, database=None, derandomize=True)
@given(st.text(min_size=8, max_size=30).filter(lambda text: text.strip()), st.sampled_from(sorted(PLACES)))
def test_no_text_survives(text: str, place: str) -> None:
    """Nor any other text: what is written is ASCII, and has its words from the document alone."""
    try:
        made = PLACES[place](text)
    except (UnicodeError, IndexError):
        return
    written = exchange_files.text(Redaction(BASE, shift=SHIFT).exchange("001", made))

    assert written.isascii()
    assert exchange_files.parse("001", written).response.status == made.status


def test_what_belongs_together_still_does() -> None:
    """An id, a text and a token have one stand-in in bodies, paths, filters, contexts, links and headers."""
    redaction = Redaction(BASE, shift=SHIFT)
    link = f"{SESSIONS}?$filter=displayName%20eq%20'Zoe''s'&$skiptoken=abc"
    page = {
        "@odata.context": f"{BASE}/$metadata#security/securityCopilot/workspaces('default')/sessions('{ID}')/prompts",
        "@odata.nextLink": link,
        "value": [{"id": ID, "displayName": "Zoe's"}, {"id": ID.upper(), "displayName": "zoe's"}],
    }
    headers = [("Authorization", "Bearer abc"), ("client-request-id", ID)]
    first = redaction.exchange("1", traffic(url=SESSIONS, request_headers=headers, response_body=_json(page)))
    second = redaction.exchange("2", traffic(url=link, request_headers=[("authorization", "Bearer other")]))

    found = first.response.json()
    stand_in = found["value"][0]["id"]
    text = found["value"][0]["displayName"]
    assert stand_in not in (ID, text)
    assert first.request.headers == {"Authorization": "Bearer token-1", "client-request-id": stand_in}
    assert found["value"][1]["id"] == stand_in.upper()
    assert found["value"][1]["displayName"] not in (text, text.upper())
    assert found["@odata.context"] == (
        f"https://service.example/beta/$metadata#security/securityCopilot/workspaces('default')/sessions('{stand_in}')/prompts"
    )
    assert found["@odata.nextLink"] == f"{SHOWN}?$filter=displayName%20eq%20'{text}'&$skiptoken=token-1"
    assert second.request.url == found["@odata.nextLink"]
    assert second.request.headers == {"authorization": "Bearer token-2"}


def test_times_keep_their_intervals_and_digits() -> None:
    """All move by the same time; year 1 means "not yet", and stays."""
    times = {
        "createdDateTime": "2026-07-01T08:15:30.1234567Z",
        "lastModifiedDateTime": "2026-07-01T08:15:31Z",
        "runStartDateTime": "2026-07-01T08:15:31.50+00:00",
        "completedDateTime": "0001-01-01T00:00:00Z",
        "more": "2026-07-01T08:15:31.5+05:30",
    }
    headers = [JSON, ("Date", "Wed, 01 Jul 2026 08:15:30 GMT")]
    found = Redaction(BASE, shift=SHIFT).exchange("1", traffic(response_body=_json(times), response_headers=headers))

    assert list(found.response.json().values()) == [
        "2026-03-23T07:15:29.1234567Z",
        "2026-03-23T07:15:30Z",
        "2026-03-23T07:15:30.50+00:00",
        "0001-01-01T00:00:00Z",
        "text-1",
    ]
    assert found.response.headers["Date"] == "Mon, 23 Mar 2026 07:15:29 GMT"


def test_two_recordings_have_different_times() -> None:
    """Nobody can find out by how much the times were moved."""
    moved = {Redaction(BASE).stand_ins.shift for _ in range(5)}

    assert len(moved) == 5


def test_what_the_document_publishes_stays() -> None:
    """Members of enumerations, booleans, small integers, media types, codes of errors, names of properties."""
    evaluation = {
        "@odata.type": "#microsoft.graph.security.securityCopilot.evaluation",
        "state": "waitingForInput",
        "executionCount": 3,
        "isCancelled": False,
        "result": {"type": "timedOut", "previewState": "ga", "content": None},
    }
    headers = [("content-type", "Application/JSON; odata.metadata=minimal;charset=utf-8"), ("Retry-After", "120")]
    url = f"{SESSIONS}/{ID}/prompts/{ID}/evaluations/{ID}?$select=state,result"
    found = Redaction(BASE).exchange("1", traffic(url=url, response_body=_json(evaluation), response_headers=headers))

    assert found.response.json() == evaluation
    assert found.response.headers == dict(headers)
    assert found.request.url.endswith("?$select=state,result")


def test_unknown_names_are_numbered() -> None:
    """Of properties, annotations, members, options and headers; a property keeps its number wherever it is named."""
    redaction = Redaction(BASE)
    prompts = f"{SESSIONS}/{ID}/prompts"
    body = {"value": [{"type": "agentic", "owner": 1500, "@vendor.note": 1.5, "inputs": {"owner": True}}]}
    found = redaction.exchange(
        "1",
        traffic(
            url=f"{prompts}?$select=owner&$flavor=1", response_body=_json(body), response_headers=[("X-Thing", "yes")]
        ),
    )

    assert found.response.json()["value"] == [
        {
            "type": "unknownMember1",
            "unknownProperty1": 1000001,
            "@unknown.annotation1": 1000002.5,
            "inputs": {"unknownProperty1": True},
        }
    ]
    assert found.request.url.endswith("?$select=unknownProperty1&unknownOption1=token-1")
    assert found.response.headers == {"unknown-header-1": "text-1"}
    assert redaction.stand_ins.unknown == {
        "unknownProperty1": "owner",
        "unknownMember1": "agentic",
        "unknown.annotation1": "@vendor.note",
        "unknownOption1": "$flavor",
        "unknown-header-1": "x-thing",
    }


def test_reviewed_names_are_kept() -> None:
    """Those that --keep names, as the summary shows them. Their values are not kept."""
    body = {"type": "agentic", "owner": "megan", "@vendor.note": "a note"}
    keep = ["agentic", "owner", "@vendor.note", "$flavor", "x-thing"]
    made = traffic(
        url=f"{SESSIONS}/{ID}/prompts/{ID}?$flavor=sweet",
        response_body=_json(body),
        response_headers=[("X-Thing", "y")],
    )
    found = Redaction(BASE, keep=keep).exchange("1", made)

    assert found.response.json() == {"type": "agentic", "owner": "text-2", "@vendor.note": "text-3"}
    assert found.response.headers == {"X-Thing": "text-1"}
    assert found.request.url.endswith("?$flavor=token-1")


@pytest.mark.parametrize("body", [b"{", b'{"a":1,"a":1}', b"<p>secret</p>", b"\xff\xfe"])
def test_a_body_that_is_not_json_becomes_its_length(body: bytes) -> None:
    """And its media type; it still is not JSON."""
    found = Redaction(BASE).exchange("1", traffic(response_body=body))

    assert found.response.body == f"[not JSON: {len(body)} bytes, application/json]".encode()


@pytest.mark.parametrize("base_url", ["https://graph.microsoft.com/beta", "https://graph.microsoft.com/beta/"])
def test_graph_keeps_its_name(base_url: str) -> None:
    """Any other service becomes service.example, and any other host has a stand-in."""
    context = "https://graph.microsoft.com/beta/$metadata#security/securityCopilot/workspaces"
    url = "https://graph.microsoft.com/beta/security/securityCopilot/workspaces"
    found = Redaction(base_url).exchange("1", traffic(url=url, response_body=_json({"@odata.context": context})))

    assert found.request.url == url
    assert found.response.json() == {"@odata.context": context}


def test_nothing_is_written_that_is_neither_allowed_nor_a_stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even if the rebuilding had a fault."""
    monkeypatch.setattr(Redaction, "_leaf", lambda *arguments: arguments[1])

    with pytest.raises(NotRedactedError) as raised:
        Redaction(BASE).exchange("1", traffic())
    assert "a name" not in str(raised.value)


def test_opaque_links_have_the_properties_of_their_collection() -> None:
    """What a nextLink returns is redacted like the page before, wherever the link leads."""
    redaction = Redaction(BASE)
    link = "https://gw.corp-name.net/pages/7"
    page = {"value": [{"type": "prompt"}], "@odata.nextLink": link}
    redaction.exchange("1", traffic(url=f"{SESSIONS}/{ID}/prompts", response_body=_json(page)))
    found = redaction.exchange("2", traffic(url=link, response_body=_json(page)))

    assert found.response.json()["value"] == [{"type": "prompt"}]
    assert found.request.url == "https://service.example/text-1/text-2"
