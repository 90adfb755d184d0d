"""Images as PDF holds them: the bytes of the file itself where PDF knows their kind, else the pixels packed without loss.

JPEG, JPEG 2000, PNG and Group 4 fax go into a PDF as they are, so that a page is neither worse nor larger than it was.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from uncial.formats.fax import group4
from uncial.tiff import page_directories

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from uncial.raster import Image
    from uncial.sources import Source

_JPEG_QUALITY = 92
"""For kinds that PDF does not know and that have lost something already: WebP, AVIF, HEIC."""
_LOSSY = ("image/jpeg", "image/jp2", "image/webp", "image/avif", "image/heic")
_DEVICES = {1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK"}


@dataclass(frozen=True, slots=True)
class Embedded:
    """One image for a PDF."""

    data: bytes
    width: int
    """As it is stored, in pixels."""
    height: int
    entries: str
    """What else its dictionary says, as PDF writes it (ISO 32000-1, table 89)."""
    orientation: int = 1
    """EXIF's, 1 to 8: how it is to be turned to be seen as it should."""

    @property
    def shown(self) -> tuple[int, int]:
        """Its width and height as a viewer shows it, in pixels."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)


def embed(source: Source, page: int, size: tuple[int, int], pixels: Callable[[], Image]) -> Embedded:
    """The image that is a page of the source, shown `size` pixels wide and high; its pixels are asked for only where needed."""
    kept = _kept(source, page)
    if kept and kept.shown == size:
        return kept
    return as_jpeg(pixels()) if source.media_type in _LOSSY and not _is_lossless(source) else packed(pixels())


def _kept(source: Source, page: int) -> Embedded | None:
    """The bytes of the file itself; None where PDF cannot show them."""
    kinds = {"image/jpeg": _jpeg, "image/png": _png, "image/jp2": _jpeg_2000}
    try:
        if source.media_type == "image/tiff":
            return _tiff(source.data, page)
        return kinds[source.media_type](source.data) if source.media_type in kinds else None
    except (struct.error, IndexError, ValueError, StopIteration):
        return None  # the decoder was more patient than we are: its pixels will do


def _is_lossless(source: Source) -> bool:
    return source.media_type == "image/webp" and b"VP8L" in source.data[:64]


# JPEG (ITU-T T.81, annex B)

_FRAMES = range(0xC0, 0xD0)
_NO_FRAMES = 0xC4, 0xC8, 0xCC
_KNOWN_FRAMES = 0xC0, 0xC1, 0xC2  # baseline, extended and progressive, all with Huffman's codes: what DCTDecode reads


def _jpeg(data: bytes) -> Embedded | None:
    orientation: int | None = None
    adobe = jfif = False
    for marker, segment in _segments(data):
        adobe |= marker == 0xEE and segment.startswith(b"Adobe")
        jfif |= marker == 0xE0 and segment.startswith(b"JFIF")
        if marker == 0xE1:
            orientation = orientation or _orientation_in(segment)
        if marker in _FRAMES and marker not in _NO_FRAMES:
            bits, height, width, parts = struct.unpack_from(">BHHB", segment)
            if marker not in _KNOWN_FRAMES or bits != 8 or parts not in _DEVICES:
                return None
            names = segment[6::3][:parts]
            entries = f"/ColorSpace {_DEVICES[parts]} /BitsPerComponent 8 /Filter /DCTDecode"
            if parts == 4 and adobe:
                entries += " /Decode [1 0 1 0 1 0 1 0]"  # Adobe writes CMYK the other way round
            if names == b"RGB" and not adobe and not jfif:
                entries += " /DecodeParms << /ColorTransform 0 >>"  # as libjpeg has it
            return Embedded(data, width, height, entries, orientation or 1)
    return None


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        yield marker, data[at + 4 : at + 2 + length]
        at += 2 + length


def _orientation_in(segment: bytes) -> int | None:
    """What EXIF says, or XMP where EXIF says nothing."""
    if segment.startswith(b"Exif\0\0"):
        return _orientation(segment[6:])
    found = re.search(rb'tiff:Orientation(?:="|>)([1-8])', segment)
    return int(found[1]) if found else None


def _orientation(exif: bytes) -> int | None:
    try:
        value = _tags(exif, page_directories(exif)[0]).get(_ORIENTATION, (1,))[0]
    except (struct.error, IndexError):
        return None
    return value if 1 <= value <= 8 else None


# PNG (ISO/IEC 15948, clauses 5 and 11)

_CHANNELS = {0: 1, 2: 3, 3: 1}  # grey, colour, palette; the others have alpha


def _png(data: bytes) -> Embedded | None:
    parts: dict[bytes, list[bytes]] = {}
    for kind, chunk in _chunks(data):
        parts.setdefault(kind, []).append(chunk)
    width, height, bits, colour, _, _, interlaced = struct.unpack(">IIBBBBB", parts[b"IHDR"][0])
    if colour not in _CHANNELS or interlaced or b"tRNS" in parts:
        return None
    channels = _CHANNELS[colour]
    space = _DEVICES[channels] if colour != 3 else _palette(parts[b"PLTE"][0])
    entries = f"/ColorSpace {space} /BitsPerComponent {bits} " + _predicted(width, channels, bits)
    orientation = next((_orientation(chunk) for chunk in parts.get(b"eXIf", [])), None)
    return Embedded(b"".join(parts[b"IDAT"]), width, height, entries, orientation or _told_in_xmp(parts) or 1)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at + 8 : at + 8 + length]
        at += 12 + length


def _told_in_xmp(parts: dict[bytes, list[bytes]]) -> int | None:
    texts = (chunk for chunk in parts.get(b"iTXt", []) if chunk.startswith(b"XML:com.adobe.xmp\0"))
    return next((_orientation_in(text) for text in texts), None)


def _palette(colours: bytes) -> str:
    return f"[/Indexed /DeviceRGB {len(colours) // 3 - 1} <{colours.hex()}>]"


def _predicted(width: int, channels: int, bits: int) -> str:
    """Flate with PNG's own filters, the ones that PDF calls predictors (ISO 32000-1, 7.4.4.4)."""
    return f"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors {channels} /BitsPerComponent {bits} /Columns {width} >>"


# JPEG 2000 (ISO/IEC 15444-1, annexes A and I)

_CODESTREAM = b"\xff\x4f\xff\x51"


def _jpeg_2000(data: bytes) -> Embedded | None:
    if data.startswith(_CODESTREAM):
        data = _boxed(data)
    header = dict(_boxes(dict(_boxes(data))[b"jp2h"]))
    height, width, parts, depth = struct.unpack_from(">IIHB", header[b"ihdr"])
    plain = parts in (1, 3) and depth == 7 and not {b"cdef", b"pclr"} & header.keys()
    return Embedded(data, width, height, "/Filter /JPXDecode") if plain else None  # its colours are told in the file itself


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, start)
            start += 8
        end = at + length if length else len(data)
        yield kind, data[start:end]
        at = max(end, start)


def _boxed(codestream: bytes) -> bytes:
    """A bare codestream as the file that PDF wants; grey or sRGB, as its number of components says."""
    x1, y1, x0, y0, parts, depth = struct.unpack_from(">IIII16xHB", codestream, 8)
    colours = struct.pack(">BBBI", 1, 0, 0, 17 if parts == 1 else 16)
    header = struct.pack(">IIHBBBB", y1 - y0, x1 - x0, parts, depth, 7, 0, 0)
    boxes = (
        (b"jP  ", b"\r\n\x87\n"), (b"ftyp", b"jp2 \0\0\0\0jp2 "),
        (b"jp2h", _box(b"ihdr", header) + _box(b"colr", colours)), (b"jp2c", codestream),
    )  # fmt: skip
    return b"".join(_box(kind, body) for kind, body in boxes)


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


# TIFF 6.0

_WIDTH, _HEIGHT, _COMPRESSION, _PHOTOMETRIC, _FILL_ORDER = 256, 257, 259, 262, 266
_OFFSETS, _ORIENTATION, _PARTS, _COUNTS, _TABLES = 273, 274, 277, 279, 347
_GROUP_4, _NEW_JPEG, _BLACK_IS_ZERO, _RGB = 4, 7, 1, 2
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_SIZES = {1: "B", 3: "H", 4: "I", 7: "B"}  # BYTE, SHORT, LONG, UNDEFINED


def _tiff(data: bytes, page: int) -> Embedded | None:
    tags = _tags(data, page_directories(data)[page - 1])
    if len(tags.get(_OFFSETS, ())) != 1:
        return None  # strips of their own cannot be joined without decoding them
    strip = data[tags[_OFFSETS][0] : tags[_OFFSETS][0] + tags[_COUNTS][0]]
    size = tags[_WIDTH][0], tags[_HEIGHT][0]
    orientation = tags.get(_ORIENTATION, (1,))[0]
    match tags.get(_COMPRESSION, (1,))[0]:
        case 4:
            if tags.get(_FILL_ORDER) == (2,):
                strip = strip.translate(_REVERSED)
            return Embedded(strip, *size, _fax(*size, tags[_PHOTOMETRIC][0] == _BLACK_IS_ZERO), orientation)
        case 7:
            return _jpeg_in_tiff(strip, tags, orientation)
    return None


def _fax(width: int, height: int, inverted: bool) -> str:
    """Group 4 of pixels of which, unless inverted, the runs that the code calls black are black (ISO 32000-1, table 11)."""
    told = f"/K -1 /Columns {width} /Rows {height}" + (" /BlackIs1 true" if inverted else "")
    return f"/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << {told} >>"


def _jpeg_in_tiff(strip: bytes, tags: dict[int, tuple[int, ...]], orientation: int) -> Embedded | None:
    tables = bytes(tags.get(_TABLES, ()))
    found = _jpeg(strip[:2] + tables[2:-2] + strip[2:])
    if found is None or tags.get(_PARTS, (1,))[0] == 4:
        return None
    kept = found.entries if "DecodeParms" in found.entries else found.entries + " /DecodeParms << /ColorTransform {} >>"
    entries = kept.format(0 if tags[_PHOTOMETRIC][0] == _RGB else 1)
    return Embedded(found.data, found.width, found.height, entries, orientation)


def _tags(data: bytes, at: int) -> dict[int, tuple[int, ...]]:
    """The whole numbers of a directory of a classic TIFF. Raises struct.error."""
    order = "<" if data.startswith(b"II") else ">"
    if data[2:4] not in (b"*\0", b"\0*"):
        raise ValueError("a BigTIFF")
    (count,) = struct.unpack_from(order + "H", data, at)
    tags = {}
    for entry in range(at + 2, at + 2 + 12 * count, 12):
        tag, kind, number = struct.unpack_from(order + "HHI", data, entry)
        if kind in _SIZES:
            form = f"{order}{number}{_SIZES[kind]}"
            where = entry + 8 if struct.calcsize(form) <= 4 else struct.unpack_from(order + "I", data, entry + 8)[0]
            tags[tag] = struct.unpack_from(form, data, where)
    return tags


# Pixels


def packed(image: Image) -> Embedded:
    """The pixels without loss, in as few bits as they need: black and white, grey, few colours, or all of them."""
    import numpy as np

    height, width = image.shape[:2]
    if not (np.array_equal(image[..., 0], image[..., 1]) and np.array_equal(image[..., 0], image[..., 2])):
        return _few_colours(image) or _filtered(image.reshape(height, -1), width, 3, _DEVICES[3])
    grey = image[..., 0]
    if np.isin(grey, (0, 255)).all():
        return Embedded(group4(grey == 0), width, height, _fax(width, height, inverted=False))
    return _filtered(grey, width, 1, _DEVICES[1])


def _few_colours(image: Image) -> Embedded | None:
    """The image with a palette, where 256 colours are enough."""
    import numpy as np

    codes = image.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    if len(np.unique(codes.ravel()[::97])) > 256:
        return None
    colours, numbers = np.unique(codes, return_inverse=True)
    if len(colours) > 256:
        return None
    palette = b"".join(int(colour).to_bytes(3, "big") for colour in colours)
    rows = numbers.reshape(codes.shape).astype(np.uint8)
    entries = f"/ColorSpace {_palette(palette)} /BitsPerComponent 8 /Filter /FlateDecode"
    return Embedded(zlib.compress(rows.tobytes(), 9), codes.shape[1], codes.shape[0], entries)


def _filtered(rows: NDArray[np.uint8], width: int, channels: int, space: str) -> Embedded:
    """Rows (H x W*channels, uint8) as PNG packs them: each by the filter whose sum is least (ISO/IEC 15948, 12.8)."""
    import numpy as np

    packer, out = zlib.compressobj(6), []
    above = np.zeros_like(rows[:1])
    step = max(1, (1 << 20) // rows.shape[1])
    for top in range(0, len(rows), step):
        band = rows[top : top + step]
        out.append(packer.compress(_best(band, np.concatenate((above, band[:-1])), channels)))
        above = band[-1:]
    out.append(packer.flush())
    entries = f"/ColorSpace {space} /BitsPerComponent 8 " + _predicted(width, channels, 8)
    return Embedded(b"".join(out), width, len(rows), entries)


def _best(band: NDArray[np.uint8], above: NDArray[np.uint8], channels: int) -> bytes:
    """Each row of the band behind the number of its filter: none, sub, up or Paeth (ISO/IEC 15948, 9.2)."""
    import numpy as np

    left, corner = (np.pad(rows, ((0, 0), (channels, 0)))[:, :-channels] for rows in (band, above))
    tries = {0: band, 1: band - left, 2: band - above, 4: band - _paeth(left, above, corner)}
    sums = np.stack([np.abs(tried.view(np.int8).astype(np.int16)).sum(1, dtype=np.int64) for tried in tries.values()])
    chosen = sums.argmin(0)
    numbers = np.array(list(tries), np.uint8)[chosen]
    rows = np.stack(list(tries.values()))[chosen, np.arange(len(band))]
    return np.concatenate((numbers[:, None], rows), axis=1).tobytes()


def _paeth(left: NDArray[Any], above: NDArray[Any], corner: NDArray[Any]) -> NDArray[np.uint8]:
    import numpy as np

    a, b, c = (rows.astype(np.int16) for rows in (left, above, corner))
    near_a, near_b, near_c = np.abs(b - c), np.abs(a - c), np.abs(a + b - 2 * c)
    best = np.where((near_a <= near_b) & (near_a <= near_c), a, np.where(near_b <= near_c, b, c))
    return best.astype(np.uint8)


def as_jpeg(image: Image) -> Embedded:
    """The pixels as a photograph, of which little is lost."""
    import cv2

    height, width = image.shape[:2]
    _, data = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return Embedded(data.tobytes(), width, height, "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode")
