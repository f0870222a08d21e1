"""Origins: which URLs may get a token."""

from itertools import product

import httpx
import pytest

from security_copilot_runtime.origin import origin, same_origin


@pytest.mark.parametrize(
    ("url", "base_url", "same"),
    [
        ("https://a.example/b/c", "https://a.example/beta", True),
        ("https://A.example/", "https://a.Example/beta", True),
        ("HTTPS://a.example/", "https://a.example/beta", True),
        ("https://a.example:443/b", "https://a.example/beta", True),
        ("https://a.example/b", "https://a.example:443/beta", True),
        ("http://a.example:80/b", "http://a.example/beta", True),
        ("http://a.example:080/b", "http://a.example/beta", True),
        ("http://[::1]:8000/b", "http://[::1]:8000/beta", True),
        ("http://[::A]/b", "http://[::a]/beta", True),
        ("http://a_b:8000/b", "http://a_b:8000", True),
        ("http://a.example/b", "https://a.example/beta", False),
        ("https://a.example:8443/b", "https://a.example/beta", False),
        ("https://a.example:80/b", "https://a.example/beta", False),
        ("https://a.example.evil/b", "https://a.example/beta", False),
        ("https://a.example@evil.example/b", "https://a.example/beta", False),
        ("https://a.example:443@evil.example/b", "https://a.example/beta", False),
        ("https://a.example\\@evil.example/b", "https://a.example/beta", False),
        ("https://b.example/https://a.example/", "https://a.example/beta", False),
        ("//a.example/b", "https://a.example/beta", False),
        ("/b", "https://a.example/beta", False),
    ],
)
def test_same_origin(url: str, base_url: str, *, same: bool) -> None:
    """However the URLs are written, and whether they are parsed or not."""
    ones: tuple[str | httpx.URL, ...] = (url, httpx.URL(url))
    others: tuple[str | httpx.URL, ...] = (base_url, httpx.URL(base_url))
    for one, other in product(ones, others):
        assert same_origin(one, other) is same
        assert same_origin(other, one) is same


@pytest.mark.parametrize(
    "url",
    [
        "https://me@a.example/",
        "https://me:secret@a.example/",
        "https://@a.example/",
        "https://a.example\\b",
        "https://a.example/b\\c",
        "https://a.example /b",
        " https://a.example/b",
        "https://a.example/b c",
        "https://a.exa\tmple/b",
        "https://a.example/\r\nX-Header: a",
        "https://a.example/\x00",
        "https://a.example/\x7f",
        "https://a.example/\x85",
        "https://a.example/\u2003",
        "https://a.example:/b",
        "https://a.example:443443/b",
        "https://a.example?b",
        "https://a.example#b",
        "https://a%2eexample/b",
        "https://\uff41.example/b",
        "https:/a.example/b",
        "https:a.example/b",
        "https:///a.example/b",
        "ftp://a.example/b",
        "",
    ],
)
def test_text_that_parsers_may_read_differently_has_no_origin(url: str) -> None:
    """Not even its own."""
    assert origin(url) is None
    assert not same_origin(url, url)
    assert not same_origin(url, "https://a.example/")
    assert not same_origin("https://a.example/", url)


def test_a_parsed_url_has_the_origin_that_httpx_connects_to() -> None:
    """Its password goes there, too."""
    base_url = httpx.URL("https://me:secret@gateway.example/beta")

    assert same_origin(base_url.join("a"), base_url)
    assert origin(base_url) == "https://gateway.example"
    assert origin(httpx.URL("https://a.example\\@evil.example/")) == "https://evil.example"
    assert origin(httpx.URL("/b")) is None
    assert not same_origin(httpx.URL("/b"), httpx.URL("/b"))
