"""What `learn` finds, as one HTML page."""

from itertools import groupby

from security_copilot_contract.checks.reporting.document import document, section
from security_copilot_contract.checks.reporting.markup import Markup, element
from security_copilot_contract.recording.learning import Disagreement, Learned


def page(learned: Learned, folder: str) -> str:
    """The page, complete in one file, with every disagreement under its operation."""
    broken = bool(learned.disagreements)
    verdict, text = ("broken", "✗ Disagreements") if broken else ("kept", "✓ No disagreement")
    fidelity = f"{learned.agreeing} of {len(learned.exchanges)} exchanges agree with all claims."
    header = element(
        "header",
        element("p", text, class_=f"verdict {verdict}"),
        element("h1", "The recording ", element("span", folder, class_="url")),
        element("p", f"Fidelity {learned.fidelity:.0%}: {fidelity}"),
    )
    ordered = sorted(learned.disagreements, key=lambda found: found.operation)
    sections = [
        section(operation, element("ul", *map(_item, found)))
        for operation, found in groupby(ordered, key=lambda found: found.operation)
    ]
    for title, left_out in learned.left_out.items():
        sections.append(section(title, element("ul", *(element("li", name) for name in left_out))))
    return document(f"{text[2:]}: {folder}", header, *sections)


def _item(found: Disagreement) -> Markup:
    where = element("code", ", ".join(found.exchanges))
    return element("li", f"{found.claim}: {found.text} (in ", where, "; change ", element("code", found.change), ")")
