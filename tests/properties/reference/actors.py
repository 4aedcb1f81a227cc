"""Whose event it is (semantics, section 3; D6)."""

from __future__ import annotations

import fnmatch
import ipaddress
from datetime import datetime
from typing import Any

from .clock import must, read_from, read_until
from .model import Event

NOT_CONDITIONS = {"absent", "logs", "from", "until", "except"}


def as_list(value: Any) -> list[Any]:
    """One thing or a list of them, as the incident file allows."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def is_address_in(address: str, accepted: str) -> bool:
    """An address or CIDR; what is no address matches nothing (D6)."""
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(accepted, strict=False)
    except ValueError:
        return False


def unpadded(address: str) -> str:
    """203.0.113.007 as the address it means."""
    if ":" in address or not address.replace(".", "").isdigit():
        return address
    return ".".join(str(int(part)) for part in address.split(".") if part)


def holds_unreadable_address(cell: str) -> bool:
    """Whether some part of an address cell is no address; a lone dash is nothing."""
    parts = [part for part in cell.replace(",", " ").replace(";", " ").split() if part != "-"]
    return not all(is_address_in(unpadded(part), network) for part in parts for network in [any_network(part)])


def any_network(address: str) -> str:
    """The network of all addresses of this family."""
    return "::/0" if ":" in address else "0.0.0.0/0"


def is_listed_in(cell: str, networks: list[str], is_any_enough: bool) -> bool:
    """Of several addresses in one cell any is the intruder's, and all must be trusted."""
    addresses = [unpadded(part) for part in cell.replace(",", " ").replace(";", " ").split()]
    inside = [any(is_address_in(one, network.strip()) for network in networks) for one in addresses]
    return any(inside) if is_any_enough else bool(inside) and all(inside)


def is_value_accepted(attribute: str, value: str, accepted: str) -> bool:
    """`user_agent` by glob, all else but addresses equal ignoring case and surrounding blanks (D6)."""
    if attribute == "user_agent":
        return fnmatch.fnmatchcase(value.strip().lower(), accepted.strip().lower())
    return value.strip().lower() == accepted.strip().lower()


def holds_at(selector: dict[str, Any], event: Event, at: datetime, zone: str, is_any_enough: bool) -> bool:
    """Whether all conditions of a selector hold for one reading of an event, and none of its exceptions (section 3)."""
    logs = as_list(selector.get("logs"))
    if logs and event.log not in logs:
        return False
    if selector.get("from") and at < must(read_from(selector["from"], zone)):
        return False
    if selector.get("until") and at >= must(read_until(selector["until"], zone)):
        return False
    for attribute, accepted in selector.items():
        if attribute in NOT_CONDITIONS:
            continue
        if attribute not in event.attributes:  # D6: not mapped never matches
            return False
        value = event.attributes[attribute]
        if attribute == "ip":
            is_accepted = is_listed_in(value, as_list(accepted), is_any_enough)
        else:
            is_accepted = any(is_value_accepted(attribute, value, one) for one in as_list(accepted))
        if not is_accepted:
            return False
    for attribute in as_list(selector.get("absent")):
        if event.attributes.get(attribute, "not mapped") != "":  # D6: mapped and blank
            return False
    return not any(holds_at(one, event, at, zone, not is_any_enough) for one in as_list(selector.get("except")))


def any_holds(selectors: list[dict[str, Any]], event: Event, zone: str, is_any_enough: bool) -> bool:
    """A list holds if any selector does, at either reading (section 3, D6)."""
    return any(holds_at(selector, event, at, zone, is_any_enough) for selector in selectors for at in event.readings)
