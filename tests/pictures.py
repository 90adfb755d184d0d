"""Files to be read, made up as the tests go: no image of anybody else's is needed."""

import io
import struct
from collections.abc import Sequence
from hashlib import md5

from PIL import Image, ImageDraw, ImageFont


def scene(width: int = 60, height: int = 40) -> Image.Image:
    """A picture in which no two of the eight orientations look alike, in colours that survive JPEG."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, width // 2, height // 4), "black")
    draw.rectangle((0, height // 4, width // 8, height - 1), "red")
    draw.ellipse((width // 2, height // 2, width - 1, height - 1), "blue")
    return image


def text(words: str, size: int = 40) -> Image.Image:
    """A line of black print on white."""
    font = ImageFont.load_default(size)
    left, top, right, bottom = font.getbbox(words)
    image = Image.new("L", (int(right - left) + 2 * size, int(bottom - top) + 2 * size), 255)
    ImageDraw.Draw(image).text((size, size), words, 0, font)
    return image


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    """The image as a file of that format."""
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def tiff(
    *pages: tuple[dict[int, int | Sequence[int]], bytes], order: str = "<", big: bool = False, next_of_last: int = 0
) -> bytes:
    """A TIFF written by hand, of directories and their one strip of bytes; tags are SHORT or LONG as their number needs it."""
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "H", 43 if big else 42)
    offset, count, entry, field = ("Q", "Q", "HHQ", 8) if big else ("I", "H", "HHI", 4)
    out = bytearray(head + (struct.pack(order + "HH", 8, 0) if big else b""))
    link = len(out)
    out += struct.pack(order + offset, 0)
    for tags, strip in pages:
        strip_at = len(out)
        out += strip + bytes(len(strip) % 2)
        full = {273: strip_at, 279: len(strip), **tags}
        values: list[tuple[int, int, int, bytes]] = []
        for tag, value in sorted(full.items()):
            numbers = [value] if isinstance(value, int) else list(value)
            kind, letter = (4, "I") if max(numbers) > 65535 or tag in (254, 273, 279) else (3, "H")
            packed = struct.pack(f"{order}{len(numbers)}{letter}", *numbers)
            if len(packed) > field:
                packed, at = struct.pack(order + offset, len(out)), packed
                out += at + bytes(len(at) % 2)
            values.append((tag, kind, len(numbers), packed.ljust(field, b"\0")))
        struct.pack_into(order + offset, out, link, len(out))
        out += struct.pack(order + count, len(values))
        for tag, kind, length, packed in values:
            out += struct.pack(order + entry, tag, kind, length) + packed
        link = len(out)
        out += struct.pack(order + offset, next_of_last)
    return bytes(out)


def grey_tags(width: int, height: int, **more: int | Sequence[int]) -> dict[int, int | Sequence[int]]:
    """The tags of an uncompressed grey page; `more` is told as bits, photometric, sample_format, subfile, orientation."""
    tags = {256: width, 257: height, 258: more.pop("bits", 8), 259: 1, 262: more.pop("photometric", 1), 277: 1, 278: height}
    names = {"sample_format": 339, "subfile": 254, "orientation": 274}
    return tags | {names[name]: value for name, value in more.items()}


def pdf(
    *contents: str, size: str = "0 0 200 100", page: str = "", trailer: str = "", extra: Sequence[str] = (), catalog: str = ""
) -> bytes:
    """A PDF written by hand, of pages with these content streams; Helvetica is there as /F."""
    count = len(contents)
    kids = " ".join(f"{4 + 2 * index} 0 R" for index in range(count))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {count} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for index, content in enumerate(contents):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [{size}] /Contents {5 + 2 * index} 0 R "
            f"/Resources << /Font << /F 3 0 R >> >> {page} >>"
        )
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
    objects += extra
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode("latin-1")
    return bytes(out)


_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def encryption(user_password: bytes) -> str:
    """What a trailer says of a document that asks for that password: the standard handler, revision 2 (PDF 1.7, 7.6.3)."""
    owner, permissions, identity = bytes(range(32)), -4, bytes(16)
    padded = (user_password + _PADDING)[:32]
    key = md5(padded + owner + struct.pack("<i", permissions) + identity, usedforsecurity=False).digest()[:5]
    user = _rc4(key, _PADDING)
    entries = f"/Filter /Standard /V 1 /R 2 /O <{owner.hex()}> /U <{user.hex()}> /P {permissions}"
    return f"/Encrypt << {entries} >> /ID [<{identity.hex()}> <{identity.hex()}>]"


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, j = bytearray(), 0
    for i, byte in enumerate(data, start=1):
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
