"""Promises about pages: the query options, the links from page to page, and the context URL."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from attrs import frozen

from security_copilot_contract.checks.interaction import Interaction
from security_copilot_contract.checks.observed import Observations
from security_copilot_contract.checks.promises.registry import Verdict, in_body, promise
from security_copilot_contract.spec.violation import Description, pointer
from security_copilot_runtime.origin import origin, same_origin

_QUERY = "Graph: query parameters"
_PAGING = "Graph: paging"
_CONTEXT = "the operations' examples; OData JSON format, context URL"
_TEXT = r"'(?P<value>(?:[^']|'')*)'"
_FILTERS = [
    re.compile(rf"(?P<name>\w+) eq {_TEXT}"),
    re.compile(r"(?P<name>\w+) eq (?P<value>true|false)"),
    re.compile(rf"contains\((?P<name>\w+), ?{_TEXT}\)"),
]
_SMALLEST_PAGE = 10
_SELECT_LIST = re.compile(r"\([\w,@.]*\)(?=/\$entity$|$)")
_COUNT, _ITEMS, _NEXT_LINK = "/@odata.count", "/value", "/@odata.nextLink"


@promise("context", "OData", _CONTEXT)
def context_names_the_resource(interaction: Interaction) -> Verdict:
    """@odata.context names the collection of the request, and ends in $entity for a single entity."""
    body = interaction.response_object or {}
    if not interaction.succeeded or interaction.operation is None or "@odata.context" not in body:
        return None
    got = str(body["@odata.context"])
    metadata, mark, fragment = got.partition("$metadata#")
    expected = _collection(interaction) + ("" if interaction.items is not None else "/$entity")
    # A service may add the selected properties in brackets, and a gateway may leave the host unchanged.
    name = _SELECT_LIST.sub("", unquote(fragment), count=1)
    if mark and metadata.endswith("/") and name.casefold() == expected.casefold():
        return []
    return [in_body("/@odata.context", expected=Description(f"...$metadata#{expected}"), got=got)]


def _collection(interaction: Interaction) -> str:
    # workspaces/default/sessions/<id> is written workspaces('default')/sessions.
    segments = interaction.path.strip("/").split("/")
    if not interaction.is_of_collection:
        segments.pop()
    root, keyed = segments[:2], segments[2:]
    named = [f"{name}('{unquote(key)}')" for name, key in zip(keyed[::2], keyed[1::2], strict=False)]
    return "/".join([*root, *named, *keyed[len(named) * 2 :]])


@promise("context", "pages", "the resources: an object may carry @odata.type")
def type_names_the_resource(interaction: Interaction) -> Verdict:
    """@odata.type, if present, is the type of the resource."""
    typed = {
        at: entity["@odata.type"] for at, entity in interaction.located_entities.items() if "@odata.type" in entity
    }
    if not typed:
        return None
    expected = "#microsoft.graph.security.securityCopilot." + _collection(interaction).rpartition("/")[2].removesuffix(
        "s"
    )
    return [
        in_body(f"{at}/@odata.type", expected=expected, got=type_) for at, type_ in typed.items() if type_ != expected
    ]


@promise("query options", "guidance", _QUERY)
def select_is_respected(interaction: Interaction) -> Verdict:
    """$select returns exactly the properties that it names, on every page."""
    selected = interaction.selected
    if selected is None or not interaction.entities:
        return None
    wrong = []
    for at, entity in interaction.located_entities.items():
        names = {name for name in entity if "@" not in name}
        # Graph returns the key of some resources even if it is not selected.
        if not set(selected) <= names or not names <= {*selected, interaction.key}:
            wrong.append(in_body(at, expected=_properties({*selected}), got=_properties(names)))
    return wrong


def _properties(names: set[str]) -> Description:
    return Description(f"the properties {', '.join(sorted(names))}" if names else "no property")


@promise("query options", "guidance", _QUERY)
def count_is_correct(interaction: Interaction, observed: Observations) -> Verdict:
    """$count=true adds @odata.count to the first page: the number of items on all pages."""
    if interaction.items is None or interaction.query.get("$count") != "true":
        return None
    pages = _pages(interaction)
    count = (pages[0].response_object or {}).get("@odata.count")
    if not isinstance(count, int) or isinstance(count, bool):
        return [in_body(_COUNT, expected=Description("a number"), got=count)]
    seen = sum(len(page.items or ()) for page in pages)
    exact = interaction.next_link is None
    if len(pages) > 1 and "$filter" not in interaction.query:
        # Another client may create an entity between two pages, but nothing can be deleted.
        return [in_body(_COUNT, expected=Description(f"at most {seen}"), got=count)] if exact and count > seen else []
    expected = max(seen, len(_expected_items(interaction, observed)))
    if count < expected or (exact and count != expected):
        return [in_body(_COUNT, expected=Description(f"{'' if exact else 'at least '}{expected}"), got=count)]
    return []


@promise("query options", "no deletion", "the list of operations: none deletes")
def count_never_falls(interaction: Interaction, observed: Observations) -> Verdict:
    """@odata.count never falls, and rises with each create: nothing can be deleted."""
    count = (interaction.response_object or {}).get("@odata.count")
    before = observed.counts.get(interaction.path)
    if interaction.items is None or not isinstance(count, int) or before is None or "$filter" in interaction.query:
        return None
    least = max(before, len(observed.all_in(interaction.path)))
    return [] if count >= least else [in_body(_COUNT, expected=Description(f"at least {least}"), got=count)]


@promise("query options", "guidance", _QUERY)
def filter_returns_only_matches(interaction: Interaction) -> Verdict:
    """$filter returns only items that match, on every page."""
    condition = _condition(interaction)
    if condition is None or not interaction.items:
        return None
    # Graph ignores case in some comparisons.
    return [
        in_body(at + pointer(condition.name), expected=Description(condition.expression), got=item[condition.name])
        for at, item in interaction.located_entities.items()
        if condition.name in item and not condition.matches(item, ignore_case=True)
    ]


@promise("query options", "guidance", _QUERY)
def page_size_is_respected(interaction: Interaction) -> Verdict:
    """$top limits the page size; a service may reduce, ignore or refuse it."""
    items, top = interaction.items, interaction.query.get("$top", "")
    if items is None or not interaction.is_valid or not re.fullmatch(r"[1-9][0-9]{0,8}", top):
        return None
    # A service that ignores $top returns everything, or pages of its own size, which are larger.
    ignored = interaction.next_link is None or len(items) >= _SMALLEST_PAGE
    if len(items) <= int(top) or ignored:
        return []
    return [in_body(_ITEMS, expected=Description(f"at most {top} items"), got=Description(str(len(items))))]


@promise("paging", "guidance", _PAGING)
def next_link_is_usable(interaction: Interaction) -> Verdict:
    """@odata.nextLink is an absolute URL with the same origin, and leads to a new page."""
    link = interaction.next_link
    if link is None:
        return None
    expected = _expected_link(interaction, link)
    return [] if expected is None else [in_body(_NEXT_LINK, expected=Description(expected), got=link)]


def _expected_link(interaction: Interaction, link: str) -> str | None:
    """The expected value of an unusable nextLink; None if the link is usable."""
    parts = urlsplit(link)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return "an absolute URL"
    if not same_origin(link, interaction.base_url):
        return f"a URL at {origin(interaction.base_url)}"
    repeated = any(unquote(link).endswith(unquote(page.url)) for page in _pages(interaction))
    return "another page" if repeated else None


@promise("paging", "guidance", _PAGING)
def paging_ends(interaction: Interaction) -> Verdict:
    """Paging ends: once every item was returned, no empty page has a nextLink."""
    pages = _pages(interaction)
    count = (pages[0].response_object or {}).get("@odata.count")
    previous = interaction.previous_page
    if interaction.items is None or previous is None or not isinstance(count, int):
        return None
    complete = sum(len(page.items or ()) for page in pages) >= count
    if not complete or interaction.items or previous.items or interaction.next_link is None:
        return []
    return [in_body(_NEXT_LINK, expected=Description(f"none after all {count} items"), got=interaction.next_link)]


@promise("paging", "guidance", _PAGING)
def paging_repeats_nothing(interaction: Interaction) -> Verdict:
    """No item is returned twice, on one page or on different pages."""
    if not interaction.items:
        return None
    key = interaction.key
    keys = [_key(interaction, item) for page in _pages(interaction) for item in page.items or () if key in item]
    repeated = {each for each in keys if keys.count(each) > 1} & {_key(interaction, item) for item in interaction.items}
    got = Description(f"{min(repeated)} again") if repeated else None
    return [in_body(_ITEMS, expected=Description("each item once"), got=got)] if repeated else []


@promise("paging", "guidance", _PAGING)
def list_is_complete(interaction: Interaction, observed: Observations) -> Verdict:
    """All pages together contain every created entity, or every created entity that matches $filter."""
    if interaction.items is None or interaction.next_link is not None:
        return None
    if interaction.key not in (interaction.selected or (interaction.key,)):
        return None
    returned = {_key(interaction, item) for page in _pages(interaction) for item in page.items or ()}
    missing = [e for e in _expected_items(interaction, observed) if _key(interaction, e) not in returned]
    return [in_body(_ITEMS, expected=entity, got=Description("all pages without it")) for entity in missing[:3]]


def _expected_items(interaction: Interaction, observed: Observations) -> list[dict[str, Any]]:
    """The entities that a list must contain: those of this run, or all observed ones if none can be created."""
    creatable = interaction.resource is not None and "create" in interaction.resource.operations
    entities = observed.ours_in(interaction.path) if creatable else observed.all_in(interaction.path)
    condition = _condition(interaction)
    if condition is None:
        return [] if "$filter" in interaction.query else [entity.properties for entity in entities]
    # If the service may change a property, its current value is unknown.
    usable = [entity.properties for entity in entities if condition.name in entity.unchanging]
    return [properties for properties in usable if condition.matches(properties)]


@frozen
class _Condition:
    """A comparison of one property, as in $filter."""

    expression: str
    name: str
    operator: str
    value: str

    def matches(self, entity: dict[str, Any], *, ignore_case: bool = False) -> bool:
        """Whether the comparison is true for an entity that has the property."""
        got, expected = entity[self.name], self.value
        if isinstance(got, bool):
            return str(got).lower() == expected
        if not isinstance(got, str):
            return False
        if ignore_case:
            got, expected = got.casefold(), expected.casefold()
        return expected in got if self.operator == "contains" else expected == got


def _condition(interaction: Interaction) -> _Condition | None:
    """The condition of $filter; None without $filter or if its form is not supported."""
    expression = interaction.query.get("$filter", "")
    for form in _FILTERS:
        found = form.fullmatch(expression)
        if found:
            operator = "contains" if expression.startswith("contains") else "eq"
            return _Condition(expression, found["name"], operator, found["value"].replace("''", "'"))
    return None


def _pages(interaction: Interaction) -> list[Interaction]:
    """The pages from the first one to this one."""
    pages = [interaction]
    while pages[0].previous_page is not None:
        pages.insert(0, pages[0].previous_page)
    return pages


def _key(interaction: Interaction, entity: dict[str, Any]) -> str:
    return str(entity.get(interaction.key)).lower()
