"""What a check prints, while it runs and when it has ended: nothing else of the check prints anything."""

from collections.abc import Iterator, Sequence
from typing import TextIO

from attrs import Factory, define, field

from security_copilot_contract.checks.reporting.created import created_lines
from security_copilot_contract.checks.reporting.curl import curl
from security_copilot_contract.checks.reporting.findings import Finding, Group
from security_copilot_contract.checks.reporting.overview import mark, not_exercised, rows, verdict
from security_copilot_contract.checks.reporting.style import WIDTH, Style, cut, plural, safe, wrapped
from security_copilot_contract.checks.run import PLAN, Result, Run, Settings

# Of each group: more places seldom say more.
_MAX_FINDINGS = 3
_NAME_WIDTH = max(map(len, ("client_request_id_is_returned", "response_schema_conformance")))


@define
class Terminal:
    """Prints a check to a stream. `progress` is called while it runs, and `finish` once, with the result."""

    settings: Settings
    stream: TextIO
    style: Style = field(default=Factory(lambda self: Style.of(self.stream), takes_self=True))
    _phase: str = field(default="", init=False)
    _broken: set[str] = field(factory=set, init=False)
    _changing: str = field(default="", init=False)

    def progress(self, run: Run, phase: str, operation: str) -> None:
        """Show what is being sent, and each promise that is broken for the first time."""
        if not run.results and not self.style.changes:
            return  # if the service cannot be checked, there is only the message about that
        if phase != self._phase:
            self._begin(run, phase)
        for group in run.findings.groups:
            if not group.accepted and group.check.name not in self._broken:
                self._broken.add(group.check.name)
                operations = safe(", ".join(group.operations))
                self._print(f"  {self.style.mark('broken')} {group.check.name:<{_NAME_WIDTH}}  {operations}")
        self._change(f"  {phase}: {operation}, {_sent(run, phase)}, {len(self._broken)} broken")

    def finish(self, result: Result) -> None:
        """Show what was created, what was not exercised, what is broken, and the verdict."""
        self._begin(result.run, "")
        for line in _lines(result, self.style):
            self._print(line)

    def _begin(self, run: Run, phase: str) -> None:
        """End the phase before, with what it has sent. The plan begins before the generated cases, and ends last."""
        if not self._phase:
            self._print(f"The contract at {self.settings.url}")
            self._print(f"profile {self.settings.profile}, seed {self.settings.seed}\n")
        elif self._phase != phase and (self._phase != PLAN or not phase):
            self._print(f"  {self._phase:<9} {_sent(run, self._phase)}")
        self._phase = phase or self._phase

    def _print(self, line: str) -> None:
        self._change("")
        print(line, file=self.stream, flush=True)

    def _change(self, line: str) -> None:
        """Write a line over the last one that changes."""
        if self.style.changes and line != self._changing:
            text = cut(safe(line), WIDTH - 1)
            self.stream.write(f"\r{text:<{len(self._changing)}}" if text else f"\r{' ' * len(self._changing)}\r")
            self.stream.flush()
            self._changing = text


def _sent(run: Run, phase: str) -> str:
    if phase == PLAN:
        return plural(len(run.results), "request")
    return plural(sum(count for (_, of), count in run.coverage.cases.items() if of == phase), "case")


def _lines(result: Result, style: Style) -> Iterator[str]:
    yield ""
    yield from _rows(result, style)
    interrupted = result.signal is not None
    created = created_lines(result.run.runner, result.settings.host, interrupted=interrupted)
    for title, lines in (("", created), ("Not exercised", _listed(not_exercised(result)))):
        listed = list(lines)
        if listed:
            yield from ["", *([style.bold(title)] if title else []), *listed]
    broken = [group for group in result.groups if not group.accepted]
    if broken:
        yield f"\n{style.bold('Broken')}"
    for group in broken:
        yield ""
        yield from _group(group, style)
    accepted = [f"{g.check.name} ({', '.join(g.operations)})" for g in result.groups if g.accepted]
    if accepted:
        yield ""
        yield from wrapped(f"Broken, and accepted by {result.settings.baseline}: {', '.join(accepted)}", "", "  ")
    yield ""
    first, *rest = wrapped(verdict(result), "  ", "  ")
    yield f"{style.mark(mark(result))} {first[2:]}"
    yield from rest


def _rows(result: Result, style: Style) -> Iterator[str]:
    found = rows(result)
    width = max(len(row.operation) for row in found)
    yield from (f"  {style.mark(row.mark)} {row.operation:<{width}}  {row.text}" for row in found)


def _listed(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield from wrapped(line, "  ", "    ")


def _group(group: Group, style: Style) -> Iterator[str]:
    requests = plural(group.requests, "request")
    operations = cut(", ".join(group.operations), WIDTH - len(group.check.name) - len(requests) - 10)
    columns = [style.bold(group.check.name), *([operations, requests] if operations else [])]
    yield f"{style.mark('broken')} {'    '.join(columns)}"
    yield from wrapped(group.check.sentence, "  ", "  ")
    distinct = list({finding.problem.key: finding for finding in reversed(group.findings)}.values())[::-1]
    example = next((f for f in distinct if f.example == group.example), distinct[0])
    distinct.sort(key=lambda finding: finding is not example)
    for finding in distinct[:_MAX_FINDINGS]:
        yield from _difference(finding)
    if len(distinct) > _MAX_FINDINGS:
        yield f"    and {plural(len(distinct) - _MAX_FINDINGS, 'other place')}"
    if group.example is not None:
        yield from (f"  {line}" for line in curl(group.example, style.encoding))


def _difference(finding: Finding) -> Iterator[str]:
    violation = finding.violation
    values = None if violation is None else violation.values
    if violation is None or values is None:
        yield from wrapped(finding.text, "    ", "      ")
        return
    label = f"    {safe(violation.subject)}  expected  "
    room = WIDTH - len(label)
    if room < WIDTH // 2:
        yield f"    {safe(violation.subject)}"
        label = "      expected  "
        room = WIDTH - len(label)
    for start, value in zip(
        (label, f"{'got       ':>{len(label)}}"), _aligned(safe(values[0]), safe(values[1]), room), strict=True
    ):
        first, *rest = _pieces(value, room)
        yield f"{start}{first}"
        yield from (f"{' ' * len(label)}{piece}" for piece in rest)
    if finding.problem.hint:
        yield from wrapped(finding.problem.hint, "    ", "    ")


def _pieces(value: str, room: int) -> Iterator[str]:
    """A value in lines, without loss: cut after a space, or within a word that is long."""
    while len(value) > room:
        end = value.rfind(" ", room // 2, room) + 1 or room
        yield value[:end]
        value = value[end:]
    yield value


def _aligned(expected: str, got: str, room: int) -> Sequence[str]:
    """Two values, cut to where they differ if they are too long for two lines."""
    room *= 2
    if max(len(expected), len(got)) <= room:
        return expected, got
    same = next(
        (n for n, (a, b) in enumerate(zip(expected, got, strict=False)) if a != b), min(len(expected), len(got))
    )
    start = max(0, same - room // 3)
    return [cut(f"...{text[start + 3 :]}" if start else text, room) for text in (expected, got)]
