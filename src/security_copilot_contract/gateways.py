"""What gateways want besides the token: headers, such as a subscription key, client certificates, and proxies.

Each ValueError has one line that names the option.
"""

import argparse
import os
import re
import shlex
import ssl
from collections.abc import Iterable, Iterator
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", re.ASCII)
_VALUE = re.compile(r"[\x20-\x7e\xa0-\xff]*")
# The commands send these themselves.
_OWN = frozenset(
    {"accept", "authorization", "client-request-id", "connection", "content-length", "content-type", "host"}
)

SOCKS_REMEDY = "a SOCKS proxy needs more libraries; run: pip install socksio pysocks"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add --header and --client-cert to a parser."""
    parser.add_argument(
        "--header",
        action="append",
        metavar="HEADER",
        help="add 'Name: value' to each request; the value may be $VARIABLE or @FILE; may be repeated",
    )
    parser.add_argument("--client-cert", metavar="FILE", help="client certificate for TLS, with its key, in PEM")


def headers(given: Iterable[str]) -> list[tuple[str, str]]:
    """The names and values of texts of the form `Name: value`.

    The value may be `$NAME`, a variable of the environment, or `@FILE`, the text in a file, so that it is on no command
    line. ValueError, which shows no value, if a text is none of this.
    """
    return [_header(text) for text in given]


def _header(text: str) -> tuple[str, str]:
    name, colon, value = (part.strip() for part in text.partition(":"))
    if not colon or not _NAME.fullmatch(name):
        raise ValueError("--header: expected the form 'Name: value', such as 'Ocp-Apim-Subscription-Key: $KEY'")
    if name.lower() in _OWN:
        raise ValueError(f"--header: {name} is set by the command itself")
    found = _found(name, value)
    if not found or not _VALUE.fullmatch(found):
        raise ValueError(f"--header: the value of {name} is empty, or has characters that no header has")
    return name, found


def _found(name: str, value: str) -> str:
    if value.startswith("$"):
        variable = value[1:]
        if variable not in os.environ:
            raise ValueError(f"--header: the value of {name} is {value}, but this variable is not set")
        return os.environ[variable].strip()
    if value.startswith("@"):
        try:
            return Path(value[1:]).read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            raise ValueError(f"--header: cannot read {value[1:]}: {type(error).__name__}") from None
    return value


def curl_options(given: Iterable[str]) -> Iterator[str]:
    """The options by which curl sends the headers of `headers` whose values come from a variable or a file.

    They are quoted for a POSIX shell, and contain no value. One that is given as it is has no option: it is a secret.
    """
    for text in given:
        name, _, value = (part.strip() for part in text.partition(":"))
        if re.fullmatch(r"\$[A-Za-z_][A-Za-z0-9_]*", value, re.ASCII):
            yield f'-H {shlex.quote(f"{name}: ")}"{value}"'
        elif value.startswith("@"):
            yield f'-H {shlex.quote(f"{name}: ")}"$(cat {shlex.quote(value[1:])})"'


def with_certificate(context: ssl.SSLContext, path: str) -> ssl.SSLContext:
    """The context, which sends the client certificate in a file from now on. The file contains its key as well."""
    try:
        # The empty password is for none: OpenSSL would ask for that of an encrypted key on the terminal.
        context.load_cert_chain(path, password="")
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
        raise ValueError(f"--client-cert: cannot load a certificate and its key from {path}: {reason}") from None
    return context


def without_userinfo(text: str) -> str:
    """The text without user names and passwords in its URLs: libraries quote that of a proxy which they cannot use."""
    return re.sub(r"(?<=//)[^/\s]*@", "", text)
