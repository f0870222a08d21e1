"""What holds for pages: the query options, the links from page to page, and the context URL."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from attrs import frozen

from security_copilot_contract.checks.interaction import Call
from security_copilot_contract.checks.observed import Knowledge
from security_copilot_contract.checks.promises.registry import Verdict, phrase, promise, wrong
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
_LISTED = re.compile(r"\([\w,@.]*\)(?=/\$entity$|$)")


@promise("context", _CONTEXT)
def context_names_what_came(call: Call, known: Knowledge) -> Verdict:
    """@odata.context names the collection that was asked for, and says $entity for one of it."""
    del known
    if not call.succeeded or call.operation is None or "@odata.context" not in (call.received or {}):
        return None
    came = str((call.received or {})["@odata.context"])
    metadata, mark, fragment = came.partition("$metadata#")
    due = _collection(call) + ("" if call.items is not None else "/$entity")
    # A service may repeat in brackets what $select asks for; a gateway may leave the host as it was.
    named = _LISTED.sub("", unquote(fragment), count=1)
    if mark and metadata.endswith("/") and named.casefold() == due.casefold():
        return []
    return [wrong("@odata.context", due=phrase(f"...$metadata#{due}"), came=came)]


def _collection(call: Call) -> str:
    # workspaces/default/sessions/<id> is written workspaces('default')/sessions.
    segments = call.path.strip("/").split("/")
    if not call.takes_collection:
        segments.pop()
    root, keyed = segments[:2], segments[2:]
    named = [f"{name}('{unquote(key)}')" for name, key in zip(keyed[::2], keyed[1::2], strict=False)]
    return "/".join([*root, *named, *keyed[len(named) * 2 :]])


@promise("context", "the resources: an object may carry @odata.type")
def type_is_that_of_the_resource(call: Call, known: Knowledge) -> Verdict:
    """@odata.type, where it is sent, is the type of the resource."""
    del known
    typed = [entity for entity in [call.entity, *(call.items or ())] if entity and "@odata.type" in entity]
    if not typed:
        return None
    due = "#microsoft.graph.security.securityCopilot." + _collection(call).rpartition("/")[2].removesuffix("s")
    return [wrong("@odata.type", due=due, came=e["@odata.type"]) for e in typed if e["@odata.type"] != due]


@promise("query options", _QUERY)
def select_is_obeyed(call: Call, known: Knowledge) -> Verdict:
    """$select returns the properties that it names, and no others; on every page."""
    del known
    asked = call.selected
    shown = [call.entity] if call.entity is not None else call.items
    if asked is None or not shown:
        return None
    problems = []
    for entity in shown:
        came = {name for name in entity if "@" not in name}
        # Graph returns the key of some resources unasked.
        if not set(asked) <= came or not came <= {*asked, call.key}:
            problems.append(wrong("the properties", due=sorted({*asked}), came=sorted(came)))
    return problems


@promise("query options", _QUERY, needs_history=True)
def count_is_given(call: Call, known: Knowledge) -> Verdict:
    """$count=true adds @odata.count to the first page: all that there is, on this page and the others."""
    items = call.items
    if items is None or call.query.get("$count") != "true":
        return None
    first = _pages(call)[0]
    count = (first.received or {}).get("@odata.count")
    if not isinstance(count, int) or isinstance(count, bool):
        return [wrong("@odata.count", due=phrase("a number"), came=count)]
    pages = _pages(call)
    if len(pages) > 1 and "$filter" not in call.query:
        return []  # somebody else may have created something between two pages
    seen = sum(len(page.items or ()) for page in pages)
    exact = call.next_link is None
    due = max(seen, len(_expected(call, known)))
    if count < due or (exact and count != due):
        return [wrong("@odata.count", due=phrase(f"{'' if exact else 'at least '}{due}"), came=count)]
    return []


@promise("query options", "the operations' list: none deletes", needs_history=True)
def count_never_falls(call: Call, known: Knowledge) -> Verdict:
    """@odata.count never falls, and rises with what is created: nothing can be deleted."""
    count = (call.received or {}).get("@odata.count")
    before = known.counts.get(call.path)
    if call.items is None or not isinstance(count, int) or before is None or "$filter" in call.query:
        return None
    due = max(before, len(known.all_in(call.path)))
    return [] if count >= due else [wrong("@odata.count", due=phrase(f"at least {due}"), came=count)]


@promise("query options", _QUERY)
def filter_returns_what_matches(call: Call, known: Knowledge) -> Verdict:
    """$filter returns nothing that does not match; on every page."""
    del known
    condition = _condition(call)
    if condition is None or not call.items:
        return None
    # Graph compares without regard to case in places.
    return [
        wrong(condition.name, due=phrase(condition.expression), came=item[condition.name])
        for item in call.items
        if condition.name in item and not condition.holds(item, any_case=True)
    ]


@promise("query options", _QUERY, needs_history=True)
def page_size_is_respected(call: Call, known: Knowledge) -> Verdict:
    """$top bounds the page; a service may cap, ignore or refuse it."""
    del known
    items, top = call.items, call.query.get("$top", "")
    if items is None or not re.fullmatch(r"[1-9][0-9]{0,8}", top):
        return None
    # A service that ignores it sends all that there is, or its own page, and none has pages so small.
    ignored = call.next_link is None or len(items) >= _SMALLEST_PAGE
    if len(items) <= int(top) or ignored:
        return []
    return [wrong("the items", due=phrase(f"at most {top}"), came=len(items))]


@promise("paging", _PAGING)
def next_link_leads_on(call: Call, known: Knowledge) -> Verdict:
    """@odata.nextLink is an absolute URL, at the same origin, of a page that was not there yet."""
    del known
    link = call.next_link
    if link is None:
        return None
    parts = urlsplit(link)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return [wrong("@odata.nextLink", due=phrase("an absolute URL"), came=link)]
    if not same_origin(link, call.base_url):
        return [wrong("@odata.nextLink", due=phrase(f"a URL at {origin(call.base_url)}"), came=link)]
    same = any(unquote(link).endswith(unquote(page.url)) for page in _pages(call))
    return [wrong("@odata.nextLink", due=phrase("another page"), came=link)] if same else []


@promise("paging", _PAGING)
def paging_ends(call: Call, known: Knowledge) -> Verdict:
    """The pages come to an end: one may be empty and not the last, but not when everything has come."""
    del known
    pages = _pages(call)
    count = (pages[0].received or {}).get("@odata.count")
    if call.items is None or call.followed is None or not isinstance(count, int):
        return None
    came = sum(len(page.items or ()) for page in pages)
    idle = came >= count and not call.items and not call.followed.items and call.next_link is not None
    return [wrong("@odata.nextLink", due=phrase(f"none after all {count} items"), came=call.next_link)] if idle else []


@promise("paging", _PAGING)
def paging_repeats_nothing(call: Call, known: Knowledge) -> Verdict:
    """No item comes twice, on one page or on several."""
    del known
    if not call.items:
        return None
    keys = [_key(call, item) for page in _pages(call) for item in page.items or () if call.key in item]
    again = sorted({i for i in keys if keys.count(i) > 1} & {_key(call, item) for item in call.items})
    return [wrong("the items", due=phrase("each once"), came=phrase(f"{again[0]} again"))] if again else []


@promise("paging", _PAGING, needs_history=True)
def list_is_complete(call: Call, known: Knowledge) -> Verdict:
    """All pages together have everything that was created, or of it what matches $filter."""
    if call.items is None or call.next_link is not None or call.key not in (call.selected or (call.key,)):
        return None
    came = {_key(call, item) for page in _pages(call) for item in page.items or ()}
    missing = [entity for entity in _expected(call, known) if _key(call, entity) not in came]
    return [wrong("the items", due=entity, came=phrase("all pages without it")) for entity in missing[:3]]


def _expected(call: Call, known: Knowledge) -> list[dict[str, Any]]:
    """What a list has to have: what we created; where nobody can create anything, all that was ever there."""
    creatable = call.resource is not None and "create" in call.resource.operations
    lasting = known.ours_in(call.path) if creatable else known.all_in(call.path)
    condition = _condition(call)
    if condition is None:
        return [] if "$filter" in call.query else [entity.properties for entity in lasting]
    # Of what changes by itself nobody knows what it is by now.
    usable = [entity.properties for entity in lasting if condition.name in entity.kept]
    return [properties for properties in usable if condition.holds(properties)]


@frozen
class _Condition:
    """A comparison of one property, as $filter has it."""

    expression: str
    name: str
    operator: str
    value: str

    def holds(self, entity: dict[str, Any], *, any_case: bool = False) -> bool:
        """Whether it is true of an entity that has the property."""
        came, due = entity[self.name], self.value
        if isinstance(came, bool):
            return str(came).lower() == due
        if not isinstance(came, str):
            return False
        if any_case:
            came, due = came.casefold(), due.casefold()
        return due in came if self.operator == "contains" else due == came


def _condition(call: Call) -> _Condition | None:
    """What $filter asks for; None when that is nothing, or nothing that is understood here."""
    expression = call.query.get("$filter", "")
    for form in _FILTERS:
        found = form.fullmatch(expression)
        if found:
            operator = "contains" if expression.startswith("contains") else "eq"
            return _Condition(expression, found["name"], operator, found["value"].replace("''", "'"))
    return None


def _pages(call: Call) -> list[Call]:
    """The pages from the first one to this."""
    pages = [call]
    while pages[0].followed is not None:
        pages.insert(0, pages[0].followed)
    return pages


def _key(call: Call, entity: dict[str, Any]) -> str:
    return str(entity.get(call.key)).lower()
