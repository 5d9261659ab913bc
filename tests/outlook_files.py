"""Files as Outlook saves them: a mail's properties (MS-OXMSG) in a compound file (MS-CFB)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Any

SECTOR, MINI_SECTOR = 512, 64
CUTOFF = 4096  # streams below it stand in the mini stream
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5

Tree = dict[str, "bytes | Tree"]
Properties = dict[int, "str | bytes"]


def msg_file(
    properties: Properties,
    recipients: tuple[Properties, ...] = (),
    attachments: tuple[Any, ...] = (),
) -> bytes:
    """Return a .msg file; an attachment is properties, or the arguments of a mail within."""
    return compound_file(message(properties, recipients, attachments))


def message(
    properties: Properties,
    recipients: tuple[Properties, ...] = (),
    attachments: tuple[Any, ...] = (),
) -> Tree:
    """Return the storage of one mail."""
    tree = streams_of(properties, header=32)
    for number, recipient in enumerate(recipients):
        tree[f"__recip_version1.0_#{number:08X}"] = streams_of(recipient)
    for number, attachment in enumerate(attachments):
        tree[f"__attach_version1.0_#{number:08X}"] = (
            streams_of(attachment)
            if isinstance(attachment, dict)
            else {"__substg1.0_3701000D": message(*attachment)}
        )
    return tree


def streams_of(properties: Properties, header: int = 8) -> Tree:
    """Return the streams of an object: text as UTF-16, bytes as they are.

    A code page (0x3FDE) is given as four bytes.
    """
    tree: Tree = {}
    table = bytes(header)
    for tag, value in properties.items():
        if isinstance(value, str):
            kind, raw = 0x001F, value.encode("utf-16-le")
        elif tag in (0x1013, 0x3701):
            kind, raw = 0x0102, value
        elif tag == 0x3FDE:
            table += struct.pack("<HHI4s4x", 0x0003, tag, 6, value)
            continue
        else:
            kind, raw = 0x001E, value
        table += struct.pack("<HHIII", kind, tag, 6, len(raw), 0)
        tree[f"__substg1.0_{tag:04X}{kind:04X}"] = raw
    return {**tree, "__properties_version1.0": table}


@dataclass(slots=True)
class Entry:
    """A directory entry (MS-CFB 2.6.1)."""

    name: str
    kind: int
    start: int = END
    size: int = 0
    left: int = FREE
    right: int = FREE
    child: int = FREE

    def packed(self) -> bytes:
        name = self.name.encode("utf-16-le")
        return struct.pack(
            "<64sHBBIII16xI16xIQ",
            name,
            len(name) + 2,
            self.kind,
            1,
            self.left,
            self.right,
            self.child,
            0,
            self.start,
            self.size,
        )


@dataclass(slots=True)
class Space:
    """Sectors of one size with the chains that link them."""

    unit: int
    data: bytearray = field(default_factory=bytearray)
    chain: list[int] = field(default_factory=list)
    placed: dict[bytes, int] = field(default_factory=dict)

    def put(self, raw: bytes) -> int:
        """Store bytes, equal ones once; return their first sector."""
        if not raw:
            return END
        if raw not in self.placed:
            self.placed[raw] = self.append(raw)
        return self.placed[raw]

    def append(self, raw: bytes) -> int:
        """Store bytes in sectors of their own; return the first."""
        first = len(self.chain)
        count = -(-len(raw) // self.unit)
        self.data += raw.ljust(count * self.unit, b"\0")
        self.chain += [*range(first + 1, first + count), END]
        return first


def compound_file(tree: Tree) -> bytes:
    """Return a compound file of version 3 with these storages and streams."""
    sectors, minis = Space(SECTOR), Space(MINI_SECTOR)
    entries = [Entry("Root Entry", ROOT)]
    entries[0].child = add(tree, entries, sectors, minis)
    entries[0].start, entries[0].size = sectors.put(bytes(minis.data)), len(minis.data)
    mini_fat = sectors.put(b"".join(struct.pack("<I", link) for link in minis.chain))
    mini_fat_sectors = -(-len(minis.chain) * 4 // SECTOR)
    directory = sectors.put(b"".join(entry.packed() for entry in entries))
    return header(sectors, directory, mini_fat, mini_fat_sectors) + bytes(sectors.data)


def add(tree: Tree, entries: list[Entry], sectors: Space, minis: Space) -> int:
    """Append the entries of a storage; return the top of their balanced tree."""
    numbers = []
    for name in sorted(tree, key=lambda name: (len(name), name.upper())):
        content = tree[name]
        entry = Entry(name, STORAGE if isinstance(content, dict) else STREAM)
        numbers.append(len(entries))
        entries.append(entry)
        if isinstance(content, dict):
            entry.child = add(content, entries, sectors, minis)
        else:
            entry.start = (minis if len(content) < CUTOFF else sectors).put(content)
            entry.size = len(content)
    return balanced(numbers, entries)


def balanced(numbers: list[int], entries: list[Entry]) -> int:
    """Link siblings as a balanced tree; return its top."""
    if not numbers:
        return FREE
    middle = len(numbers) // 2
    top = entries[numbers[middle]]
    top.left = balanced(numbers[:middle], entries)
    top.right = balanced(numbers[middle + 1 :], entries)
    return numbers[middle]


def header(sectors: Space, directory: int, mini_fat: int, mini_fat_sectors: int) -> bytes:
    """Return the header (MS-CFB 2.2), with the chains of the sectors appended to them."""
    per_sector = SECTOR // 4
    count = 1
    while count * per_sector < len(sectors.chain) + count:
        count += 1
    first = len(sectors.chain)
    links = [*sectors.chain, *[FAT] * count]
    links += [FREE] * (count * per_sector - len(links))
    sectors.data += struct.pack(f"<{len(links)}I", *links)
    located = [*range(first, first + count)] + [FREE] * (109 - count)
    return struct.pack(
        "<8s16x5H6x9I109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        count,
        directory,
        0,
        CUTOFF,
        mini_fat if mini_fat_sectors else END,
        mini_fat_sectors,
        END,
        0,
        *located,
    )
