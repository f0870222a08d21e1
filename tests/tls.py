"""A certificate to test TLS with."""

import shutil
import subprocess
from pathlib import Path


def certificate(folder: Path) -> tuple[Path, Path]:
    """The file of a certificate for 127.0.0.1, which is its own authority, and that of its key; both are PEM.

    LookupError if there is no openssl to make them with.
    """
    openssl = shutil.which("openssl")
    if openssl is None:
        raise LookupError("no openssl to make a certificate with")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    output = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([openssl, *made, *names, *output], check=True, capture_output=True, timeout=60)
    return certificate, key
