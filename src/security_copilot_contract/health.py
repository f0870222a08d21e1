"""Whether an emulator answers on this machine, by http or https: the HEALTHCHECK of the Dockerfile.

python -m security_copilot_contract.health PORT
"""

import http.client
import ssl
import sys
from contextlib import closing, suppress

_SECONDS = 5


def answers(port: int) -> bool:
    """Whether the server on this port answers, with any status."""
    context = ssl.create_default_context()
    # The certificate is for the name by which clients reach it.
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    for connection in (
        http.client.HTTPSConnection("127.0.0.1", port, timeout=_SECONDS, context=context),
        http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS),
    ):
        with closing(connection), suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/")
            connection.getresponse()
            return True
    return False


if __name__ == "__main__":
    sys.exit(not answers(int(sys.argv[1])))
