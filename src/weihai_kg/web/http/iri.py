"""What is an absolute IRI (RFC 3987, section 2.2), decided before an engine sees it."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address

_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_UCS = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef" + "".join(
    f"{chr(plane << 16)}-{chr((plane << 16) + 0xFFFD)}" for plane in range(1, 14)
) + "\U000e1000-\U000efffd"  # fmt: skip
_NAME = rf"A-Za-z0-9._~!$&'()*+,;={_UCS}-"
_PERCENT = "%[0-9A-Fa-f]{2}"

_IRI = re.compile(
    rf"""
    [A-Za-z][A-Za-z0-9+.-]*:
    (?:
        //
        (?:(?:[{_NAME}:]|{_PERCENT})*@)?
        (?:\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?:[{_NAME}]|{_PERCENT})*)
        (?::[0-9]*)?
        (?:/(?:[{_NAME}:@/]|{_PERCENT})*)?
      |
        (?!//)(?:[{_NAME}:@/]|{_PERCENT})*
    )
    (?:\?(?:[{_NAME}:@/?{_PRIVATE}]|{_PERCENT})*)?
    (?:\#(?:[{_NAME}:@/?]|{_PERCENT})*)?
    """,
    re.VERBOSE,
)


def is_absolute_iri(text: str) -> bool:
    """Whether the text is an IRI with a scheme, with nothing that an IRI may not have."""
    found = _IRI.fullmatch(text)
    if found is None:
        return False
    if (address := found["ipv6"]) is not None:
        try:
            IPv6Address(address)
        except AddressValueError:
            return False
    return True
