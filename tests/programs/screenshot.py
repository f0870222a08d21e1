"""The picture of /docs in the README, with an operation tried. Run by `make screenshot`; it needs Chromium."""

import base64
import sys
import tempfile
from pathlib import Path

from security_copilot_contract.emulator import emulator, running
from tests import ROOT, browser

PICTURE = ROOT / ".github" / "docs.webp"
OPERATION = "document.getElementById('operations-sessions-getSession')"
WIDTH = 1280


def main() -> str | None:
    """What is missing, if anything."""
    path = browser.installed()
    if path is None:
        return "no Chromium or Chrome that can be told what to do: install one, such as Debian's `chromium`"
    with (
        running(emulator()) as base_url,
        tempfile.TemporaryDirectory() as profile,
        browser.browsing(path, Path(profile)) as page,
    ):
        page.send("Page.navigate", url=base_url.removesuffix("/beta"))
        for button in (".opblock-summary-control", ".try-out__btn", ".execute"):
            page.click(f"{OPERATION}?.querySelector('{button}')")
        answer = f"{OPERATION}.querySelector('.live-responses-table .response')"
        height = page.wait(f"{answer}?.getBoundingClientRect().bottom")
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": height + 20, "scale": 1}
        shot = page.send("Page.captureScreenshot", format="webp", quality=60, clip=clip, captureBeyondViewport=True)
    PICTURE.write_bytes(base64.b64decode(shot["data"]))
    print(f"{PICTURE}: {PICTURE.stat().st_size / 1e3:.0f} KB")
    return None


if __name__ == "__main__":
    sys.exit(main())
