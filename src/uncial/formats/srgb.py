"""The ICC profile of sRGB, which says what colours mean on screens: made here, so that nobody's file has to be shipped."""

from __future__ import annotations

import struct

_CURVE = 256
"""So many points of the tone curve; between them it runs straight."""
_WHITE = 0.9642, 1.0, 0.8249
"""D50, the white of ICC's connection space (ICC.1:2001-04, 6.3)."""
_PRIMARIES = (0.4360747, 0.2225045, 0.0139322), (0.3850649, 0.7168786, 0.0971045), (0.1430804, 0.0606169, 0.7141733)
"""Red, green and blue of IEC 61966-2-1, adapted from D65 to D50 (Bradford)."""


def srgb_profile() -> bytes:
    """A display profile of sRGB by version 2.1 of ICC's format, which PDF/A-2 and all readers know (ICC.1:2001-04)."""
    curve = b"curv" + struct.pack(f">4xI{_CURVE}H", _CURVE, *(round(65535 * _linear(i / (_CURVE - 1))) for i in range(_CURVE)))
    name = b"sRGB IEC61966-2.1\0"
    told = b"desc" + struct.pack(">4xI", len(name)) + name + bytes(78)
    parts = {b"desc": told, b"cprt": b"text\0\0\0\0No copyright, use freely\0", b"wtpt": _xyz(_WHITE)}
    for colour, primary in zip((b"r", b"g", b"b"), _PRIMARIES, strict=True):
        parts |= {colour + b"XYZ": _xyz(primary), colour + b"TRC": curve}
    return _assembled(parts)


def _linear(tone: float) -> float:
    """How much light a tone of sRGB is (IEC 61966-2-1, 5.2)."""
    return tone / 12.92 if tone <= 0.04045 else ((tone + 0.055) / 1.055) ** 2.4


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))


def _assembled(parts: dict[bytes, bytes]) -> bytes:
    places: dict[bytes, int] = {}
    table, body, start = b"", b"", 128 + 4 + 12 * len(parts)
    for tag, part in parts.items():
        if part not in places:  # the three curves are one
            places[part] = start + len(body)
            body += part + bytes(-len(part) % 4)
        table += struct.pack(">4sII", tag, places[part], len(part))
    size = start + len(body)
    date = struct.pack(">6H", 2000, 1, 1, 0, 0, 0)
    head = struct.pack(">I4sI4s4s4s12s4s4x", size, b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ", date, b"acsp")
    light = struct.pack(">3i", *(round(value * 65536) for value in _WHITE))
    return head.ljust(68, b"\0") + light + bytes(48) + struct.pack(">I", len(parts)) + table + body
