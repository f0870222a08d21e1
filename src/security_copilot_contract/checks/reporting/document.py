"""A complete HTML page without scripts, which loads nothing."""

import importlib.resources

from security_copilot_contract.checks.reporting.markup import Markup, element, fragment

# Nothing that a service has sent can run, or load anything.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def document(title: str, header: Markup, *sections: Markup) -> str:
    """The page, complete in one file."""
    head = fragment(
        Markup('<meta charset="utf-8">'),
        Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
        element("title", title),
        element("style", Markup(_style())),
    )
    body = element("body", header, element("main", *sections))
    return f"<!doctype html>\n{element('html', element('head', head), body, lang='en')}\n"


def section(title: str, *children: Markup) -> Markup:
    """A section under its title."""
    return element("section", element("h2", title), *children)


def _style() -> str:
    return importlib.resources.files(__package__).joinpath("page.css").read_text("utf-8")
