import struct
import time

import pytest

from pictures import grey_tags, tiff
from uncial.tiff import beginning_at, page_directories

PAGE = (grey_tags(2, 1), b"\x10\x10")


def first(data: bytes) -> int:
    return int(struct.unpack_from("<I", data, 4)[0])


def test_the_directories_of_all_pages_are_found_in_their_order():
    data = tiff(PAGE, PAGE, PAGE)
    found = page_directories(data)
    assert len(found) == 3
    assert found[0] == first(data)
    assert found == sorted(found)


def test_the_file_can_be_seen_as_beginning_with_any_page():
    data = tiff(PAGE, PAGE)
    for directory in page_directories(data):
        seen = beginning_at(directory, data).getvalue()
        assert page_directories(seen)[0] == directory
        assert seen[8:] == data[8:]
    big = tiff(PAGE, PAGE, big=True)
    assert page_directories(beginning_at(page_directories(big)[1], big).getvalue()) == page_directories(big)[1:]


def test_the_bytes_of_a_first_page_are_not_copied():
    data = tiff(PAGE)
    assert beginning_at(first(data), data).getvalue() is data


@pytest.mark.parametrize("data", [b"", b"II", b"II*\0", b"II*\0\0\0", b"II+\0\x08\0\0\0"])
def test_less_than_a_header_is_no_tiff(data):
    with pytest.raises(struct.error):
        page_directories(data)


def test_a_header_that_leads_nowhere_is_a_page_that_cannot_be_read():
    assert page_directories(b"II*\0\xff\xff\xff\xff") == [0xFFFFFFFF]
    assert page_directories(b"II*\0\0\0\0\0") == []
    assert page_directories(b"II+\0\x08\0\0\0" + b"\xff" * 8) == [2**64 - 1]


@pytest.mark.parametrize("big", [False, True])
def test_directories_made_to_keep_us_busy_do_not(big):
    # Each claims to have all entries that the format can count, and they overlap.
    head, count, size = (b"II+\0\x08\0\0\0", struct.pack("<Q", 20_000), 20) if big else (b"II*\0", struct.pack("<H", 65_535), 12)
    step = 64
    data = bytearray(len(head) + 65_535 * size + 80_000 * step)
    data[: len(head)] = head
    struct.pack_into("<Q" if big else "<I", data, len(head), step)
    end = (20_000 if big else 65_535) * size + len(count)
    for at in range(step, 60_000 * step, step):
        data[at : at + len(count)] = count
        struct.pack_into("<Q" if big else "<I", data, at + end, at + step)
    began = time.process_time()
    page_directories(bytes(data))
    assert time.process_time() - began < 5
