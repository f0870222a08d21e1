"""What holds for pages: the query options, the links from page to page, and the context URL."""

import re
from typing import Any
from urllib.parse import unquote, urlsplit

from security_copilot_contract.checks.call import Call, is_at, origin
from security_copilot_contract.checks.knowledge import Knowledge
from security_copilot_contract.checks.promises.registry import Verdict, phrase, promise, wrong

_QUERY = "Graph: query parameters"
_PAGING = "Graph: paging"
_CONTEXT = "the operations' examples; OData JSON format, context URL"
_FILTER = re.compile(r"(\w+) eq '((?:[^']|'')*)'")
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
        if not set(asked) <= came or not came <= {*asked, "id"}:
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
    due = max(before, sum(1 for path, _ in known.entities if path == call.path))
    return [] if count >= due else [wrong("@odata.count", due=phrase(f"at least {due}"), came=count)]


@promise("query options", _QUERY)
def filter_returns_what_matches(call: Call, known: Knowledge) -> Verdict:
    """$filter returns nothing that does not match; on every page."""
    del known
    asked = _filtered(call)
    if asked is None or not call.items:
        return None
    name, value = asked
    # Graph compares without regard to case in places.
    return [
        wrong(name, due=value, came=item[name])
        for item in call.items
        if name in item and str(item[name]).casefold() != value.casefold()
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
    if not is_at(link, call.base_url):
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
    ids = [_id(item) for page in _pages(call) for item in page.items or () if "id" in item]
    again = sorted({i for i in ids if ids.count(i) > 1} & {_id(item) for item in call.items})
    return [wrong("the items", due=phrase("each once"), came=phrase(f"{again[0]} again"))] if again else []


@promise("paging", _PAGING, needs_history=True)
def list_is_complete(call: Call, known: Knowledge) -> Verdict:
    """All pages together have everything that was created, or of it what matches $filter."""
    if call.items is None or call.next_link is not None or (call.selected is not None and "id" not in call.selected):
        return None
    came = {_id(item) for page in _pages(call) for item in page.items or () if "id" in item}
    missing = [entity for entity in _expected(call, known) if _id(entity) not in came]
    return [wrong("the items", due=entity, came=phrase("all pages without it")) for entity in missing[:3]]


def _expected(call: Call, known: Knowledge) -> list[dict[str, Any]]:
    ours = [entity.properties for entity in known.ours_in(call.path)]
    asked = _filtered(call)
    return ours if asked is None else [entity for entity in ours if entity.get(asked[0]) == asked[1]]


def _filtered(call: Call) -> tuple[str, str] | None:
    found = _FILTER.fullmatch(call.query.get("$filter", ""))
    return (found[1], found[2].replace("''", "'")) if found else None


def _pages(call: Call) -> list[Call]:
    """The pages from the first one to this."""
    pages = [call]
    while pages[0].followed is not None:
        pages.insert(0, pages[0].followed)
    return pages


def _id(entity: dict[str, Any]) -> str:
    return str(entity.get("id")).lower()
