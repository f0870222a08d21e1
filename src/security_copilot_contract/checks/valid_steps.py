"""The steps with valid requests, for any resource that has the operations."""

from collections.abc import Iterator

from security_copilot_contract.checks.documented_resource import documented_resources
from security_copilot_contract.checks.facts import NOBODY
from security_copilot_contract.checks.plan import Reference, Step
from security_copilot_contract.checks.step_maker import READ_ONLY, StepMaker

# Each wait is twice as long as the one before, so few polls see the first states and wait for the last one.
_POLLS = 7


def creating(maker: StepMaker) -> Iterator[Step]:
    """Creates, and reads of what they created."""
    # If the resource has an update, the difficult text is part of the update.
    text = maker.shared if maker.has("update") else f"{maker.difficult}\r\n{'0123456789' * 30}"
    yield maker.create_step("create", "create an entity", maker.body(text))
    yield maker.create_step("create again", "create a second entity", maker.body(maker.shared))
    yield maker.get_step("get", "the created entity must be readable", maker.one)
    if maker.resource.changes_by_itself:
        yield maker.get_step("poll", "poll until the evaluation has ended", maker.one, polls=True, times=_POLLS)
    own = {**maker.body(f"{maker.mark}: an id"), **READ_ONLY}
    yield maker.create_step("create with an id", "the service must not accept an id", own)
    if maker.resource.text is None:
        return
    if maker.filters:
        yield maker.list_step("find", "$filter must find both entities", {**maker.both, "$count": "true"})
    for kind, text in _texts(maker.mark).items():
        yield maker.create_step(f"create {kind}", "create with a text that is easily corrupted", maker.body(text))
        yield maker.get_step(f"get {kind}", "the text must be unchanged", maker.named(f"create {kind}"))


def small_pages(maker: StepMaker) -> Iterator[Step]:
    """Pages of all there is: of what existed before, or of what was created if its parent is new."""
    if maker.resource.takes_option("$top"):
        small = {"$top": "2", "$select": maker.few, "$count": "true"}
        yield maker.list_step("list small", "list with $top, $select and $count", small)
        yield maker.pages_step("list next", "the next page", "list small")


def _earlier(maker: StepMaker) -> Iterator[Step]:
    """What existed before in another entity, without its texts. It may have more pages than a new one can have."""
    parents = {f"{name}Id": Reference(f"{name}s: list small") for name in maker.names if name != "workspace"}
    if len(parents) == 1 and maker.resource.takes_option("$top"):
        earlier = {"$top": "1", "$select": f"{maker.resource.key},createdDateTime", "$count": "true"}
        yield maker.list_step("list earlier", "list what existed before, page by page", earlier, parents)


def reading(maker: StepMaker) -> Iterator[Step]:
    """Pages, $select and $filter."""
    key, few = maker.resource.key, maker.few
    if maker.resource.takes_option("$top"):
        page = {**maker.both, "$count": "true", "$select": few, "$top": "1"}
        yield maker.list_step("page", "list page by page", page)
        yield maker.pages_step("second page", "the next page", "page")
        yield maker.pages_step("third page", "the page after that", "second page")
    if maker.is_nested:
        yield from small_pages(maker)
    # Without $top, which a service may refuse.
    yield maker.list_step("list selected", "list with $select and $count", {"$select": few, "$count": "true"})
    for form in (f"{key} eq '{{}}'", f"contains({key},'{{}}')", "displayName eq '{}'"):
        if not maker.has("create") and maker.resource.takes_filter(form):
            reference = Reference(maker.name("list"), "displayName" if form.startswith("displayName") else key, form)
            yield maker.list_step(
                f"find by {form.format('...')}",
                "$filter must find the entity",
                {"$filter": reference, "$select": f"{key},displayName", "$count": "true"},
            )
    for value in ("true", "false"):
        if maker.resource.takes_filter(f"isEnabled eq {value}"):
            yield maker.list_step(
                f"enabled {value}", "list with $filter by a Boolean", {"$filter": f"isEnabled eq {value}"}
            )
    if maker.is_nested:
        yield from _earlier(maker)
    nothing = f"{maker.resource.key} eq '{NOBODY}'"
    if not maker.filters:
        # The service may refuse an undocumented filter. If it accepts the filter, the result must be correct.
        yield maker.list_step("find nothing", "list with a $filter that matches nothing", {"$filter": nothing})


def updating(maker: StepMaker) -> Iterator[Step]:
    """Updates, and reads of what they changed."""
    new = maker.difficult
    yield maker.update_step("rename", "update to a text that is easily corrupted", maker.one, maker.change(new))
    yield maker.get_step("get renamed", "the text must be unchanged", maker.one)
    yield maker.list_step("find other", "the old text must find only the other entity", maker.both)
    yield maker.update_step("update nothing", "an empty update must change nothing", maker.one, {})
    yield maker.list_step(
        "find renamed", "$filter must find the new text", {"$filter": maker.comparing(new), "$count": "true"}
    )


def deleting(maker: StepMaker) -> Iterator[Step]:
    """The deletion of an entity that was created for it."""
    one = maker.named("create to delete")
    yield maker.create_step(
        "create to delete", "create an entity to delete", maker.body(f"{maker.mark}: to be deleted")
    )
    yield maker.step("delete", "delete", "the entity must be deletable", one)
    yield maker.get_step("get deleted", "a deleted entity must give 404", one)
    yield maker.step("delete again", "delete", "a deleted entity must give 404", one)


def reading_again(maker: StepMaker) -> Iterator[Step]:
    """Reads of what no step may have changed."""
    if maker.has("update"):
        yield maker.get_step("get after all", "other steps must not change the entity", maker.other)
    parent = next((r for r in documented_resources() if maker.parents and r.parameter == maker.parents[-1]), None)
    if maker.has("create") and parent is not None:
        operation, purpose = parent.operations["get"].id, "the parent must be unchanged"
        yield Step(maker.name("get parent"), operation, purpose, maker.parent_ids)
    yield maker.list_step("list again", "all entities must still exist", {"$count": "true"})
    yield maker.pages_step("all pages", "follow every nextLink", "list again", times=100)
    if maker.has("get"):
        # What an update does not concern, if there is one.
        at = maker.other if maker.has("update") else maker.one
        selection = {"$select": ",".join(maker.selection_of_one)}
        yield maker.get_step("get selected", "get with $select; nothing may have changed", at, selection)


def _texts(mark: str) -> dict[str, str]:
    """Texts that are easily corrupted, each in its own way."""
    return {
        "capitals": mark.upper(),
        "composed": f"{mark}: Zo\u00eb \u1e9e \u212b",
        "decomposed": f"{mark}: Zoe\u0308 \u0041\u030a",
        "right to left": f"{mark}: \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u200f",
        "lines": f"{mark}\r\n\tof two lines\n",
        "long": f"{mark} " + "0123456789" * 40,
        "joined": f"{mark}: \U0001f469\u200d\U0001f4bb\U0001f1e9\U0001f1ea \U00020000",
        "marked up": f"  {mark}: \"q\" \\ <b>&amp;</b> '' %41+1  ",
    }
