"""Makes what the editor completes and explains, from the table of the device's API."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sim.catalog import Catalog, Member, make_catalog

__all__ = ["help_of", "help_text"]


def help_text() -> str:
    """Return the entries as the page reads them."""
    return json.dumps(list(help_of(make_catalog())), separators=(",", ":"))


def help_of(catalog: Catalog) -> Iterator[dict[str, str]]:
    """Yield an entry for each name: how each language writes it (empty: it has it not), and what it is."""
    for module in catalog.modules.values():
        members = module.members.values()
        languages = {
            "js": module.name if any(member.mjs for member in members) else "",
            "py": module.name if any(member.python for member in members) else "",
        }
        yield {"name": module.name, "kind": "module", **languages, "text": module.about}
        for member in members:
            if member.kind != "module":  # it has an entry of its own
                yield entry_of(f"{module.name}.{member.name}", member)
    for member in [*catalog.functions.values(), *catalog.constants.values()]:
        if member.name not in catalog.modules:
            yield entry_of(member.name, member)


def entry_of(name: str, member: Member) -> dict[str, str]:
    """Return the entry of a function or constant."""
    value = "" if member.value is None else f" = {json.dumps(member.value)}"
    exact = f"A script gives all {member.arguments} arguments." if (member.arguments or 0) > 1 else ""
    return {
        "name": name,
        "kind": member.kind,
        "js": f"{member.mjs}{value}" if member.mjs else "",
        "py": f"{member.python}{value}" if member.python else "",
        "text": " ".join(part for part in (member.about, exact) if part),
    }
