"""A request as a command for a POSIX shell that sends the same bytes."""

import re
import shlex
from collections.abc import Sequence

from security_copilot_contract.checks.reporting.example import AUTHORIZATION, Example

# With an indentation of two, and a backslash, 80 columns.
_WIDTH = 76
# What curl or the library sets by itself, and what Schemathesis adds.
_AUTOMATIC = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "host", "user-agent", "x-schemathesis-testcaseid"}
)


def curl(example: Example, encoding: str = "utf-8") -> list[str]:
    """The lines of one command that sends the request of an example. It reads the token from the environment.

    All lines but the last end in a backslash. What `encoding` cannot show comes from printf.
    """
    body, names = example.request_body, {name.lower() for name, _ in example.request_headers}
    options = [*_method(example.method), *_url_options(example.url), *example.curl_options]
    sent = sorted(example.request_headers, key=lambda header: header[0].lower() != "authorization")
    options += [_header(*header) for header in sent if header[0].lower() not in _AUTOMATIC]
    pipe = ""
    if body:
        text = _text(body, encoding)
        pipe = "" if text is not None else f"printf '{_octal(body)}' | "
        options += [] if "content-type" in names else ["-H 'Content-Type:'"]
        options.append(f"--data-binary {'@-' if text is None else shlex.quote(text)}")
    return _wrapped([f"{pipe}curl -i", *options, shlex.quote(example.url)])


def _method(method: str) -> list[str]:
    # With -X HEAD curl waits for a body.
    return ["-I"] if method == "HEAD" else [f"-X {shlex.quote(method)}"]


def _url_options(url: str) -> list[str]:
    found = ["--globoff"] if re.search(r"[\[\]{}]", url) else []
    return found + (["--path-as-is"] if re.search(r"/\.{1,2}(/|\?|$)", url) else [])


def _header(name: str, value: str) -> str:
    if value == AUTHORIZATION:
        return f'-H "{name}: {value}"'
    if not value:
        return f"-H {shlex.quote(f'{name};')}"
    if re.fullmatch(r"[\x20-\x7e]*", value):
        return f"-H {shlex.quote(f'{name}: {value}')}"
    return f"-H \"$(printf '{_octal(f'{name}: {value}'.encode('latin-1', 'replace'))}')\""


def _text(body: bytes, encoding: str) -> str | None:
    """The body as text that a terminal shows as it is; None if there is no such text."""
    try:
        text = body.decode()
        text.encode(encoding)
    except ValueError:
        return None
    # With @ at its beginning, curl would read a file.
    return text if text.isprintable() and not text.startswith("@") else None


def _octal(content: bytes) -> str:
    """The content for printf: printable ASCII as it is, every other byte by its number."""
    return "".join(chr(b) if 0x20 <= b < 0x7F and chr(b) not in "'%\\" else f"\\{b:03o}" for b in content)  # noqa: PLR2004 - the range of printable ASCII


def _wrapped(parts: Sequence[str]) -> list[str]:
    """The parts, as many in a line as fit."""
    found = [parts[0]]
    for part in parts[1:]:
        if len(found[-1]) + 1 + len(part) <= _WIDTH:
            found[-1] += f" {part}"
        else:
            found.append(f"  {part}")
    return [f"{line} \\" for line in found[:-1]] + found[-1:]
