"""WWW-Authenticate: challenges, and the claims that they ask for."""

import base64
import time

import httpx
import pytest

from security_copilot_runtime.challenges import Challenge, challenges, claims

CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}'
ENCODED = base64.b64encode(CLAIMS.encode()).decode()
# As Microsoft documents it.
DOCUMENTED = (
    'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
    f'client_id="00000003-0000-0000-c000-000000000000", error="insufficient_claims", claims="{ENCODED}"'
)


def response(*headers: str) -> httpx.Response:
    """A 401 with these challenges."""
    return httpx.Response(401, headers=[(b"WWW-Authenticate", header.encode()) for header in headers])


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], []),
        ([""], []),
        ([" , ,"], []),
        (["Negotiate"], [Challenge("negotiate")]),
        (["Negotiate YWJj==, Basic"], [Challenge("negotiate"), Challenge("basic")]),
        (['BEARER Realm = "a" ,\tscope=b'], [Challenge("bearer", {"realm": "a", "scope": "b"})]),
        (['Bearer a="x, y=\\"z\\", Basic b", c=d'], [Challenge("bearer", {"a": 'x, y="z", Basic b', "c": "d"})]),
        (
            ['Basic realm="a", Bearer realm="b"', "Digest c=d"],
            [Challenge("basic", {"realm": "a"}), Challenge("bearer", {"realm": "b"}), Challenge("digest", {"c": "d"})],
        ),
        (["Bearer a=1, a=2"], [Challenge("bearer", {"a": "1"})]),
        (['Bearer a="unfinished, b=c'], [Challenge("bearer", {"b": "c"})]),
        (["a=b"], []),
        (["Bearer a=b c=d, e=f"], [Challenge("bearer", {"e": "f"})]),
    ],
)
def test_challenges_are_parsed(headers: list[str], expected: list[Challenge]) -> None:
    assert challenges(response(*headers)) == expected


@pytest.mark.parametrize(
    "header",
    [
        DOCUMENTED,
        DOCUMENTED.replace("=", "", 0).replace(ENCODED, ENCODED.rstrip("=")),
        f"Basic realm=x, {DOCUMENTED}",
        f"{DOCUMENTED}, Basic realm=x",
        DOCUMENTED.replace("Bearer realm", "bearer  realm"),
    ],
)
def test_claims_are_decoded(header: str) -> None:
    assert claims(response(header)) == CLAIMS


def test_claims_may_be_of_the_alphabet_for_urls() -> None:
    """Or not."""
    text = '{"a":"\u00ff\u00fe\u00fb???>>>"}'
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        header = f'Bearer error="insufficient_claims", claims="{encode(text.encode()).decode()}"'
        assert claims(response(header)) == text


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        'Bearer error="invalid_token"',
        DOCUMENTED.replace("insufficient_claims", "invalid_token"),
        DOCUMENTED.replace("Bearer", "PoP"),
        DOCUMENTED.replace(ENCODED, ""),
        DOCUMENTED.replace(ENCODED, "*" * 8),
        DOCUMENTED.replace(ENCODED, "YWJj"),
        DOCUMENTED.replace(ENCODED, "W10="),
        DOCUMENTED.replace(ENCODED, "/w=="),
    ],
)
def test_no_claims(header: str) -> None:
    """None are asked for, or they are not what RFC 4648 and JSON allow."""
    assert claims(response(header)) is None


@pytest.mark.parametrize("part", [",", 'a="', '\\",a="\\', "a=b,", "a ", '"', "Bearer a=", " "])
def test_a_long_header_takes_little_time(part: str) -> None:
    start = time.process_time()

    challenges(response(part * 20_000))

    assert time.process_time() - start < 2
