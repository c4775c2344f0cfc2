# SPDX-License-Identifier: GPL-2.0-or-later
"""Firmware images, and their variables with our certificates in db.

Debian's OVMF_VARS_4M.ms.fd has Secure Boot on with Microsoft's keys. A copy
gets our certificates added to db; PK, KEK and dbx stay as they are. The file
is a firmware volume (PI specification, vol. 3, 3.2.1) with one variable store
in it (EDK II, Include/Guid/VariableFormat.h, authenticated format): records
one after another, so a changed variable is the old record marked deleted and
a new one at the end.
"""

import pathlib
import struct
import uuid

from tools.run import keys, steps

OVMF = pathlib.Path("/usr/share/OVMF")
CODE = {"smm": OVMF / "OVMF_CODE_4M.secboot.fd",
        "nosmm": OVMF / "OVMF_CODE_4M.fd"}
VARIABLES = OVMF / "OVMF_VARS_4M.ms.fd"

VOLUME_HEADER_LENGTH_AT = 48
STORE_GUID = uuid.UUID("aaf32c78-947b-439a-a180-2e144ec37792")
STORE_HEADER = struct.Struct("<16sI8s")
# start, state, reserved, attributes, monotonic count, time stamp,
# public key index, name size, data size, vendor
RECORD = struct.Struct("<HBBIQ16sIII16s")
RECORD_START = 0x55AA
STATE_AT = 2
STATE_ADDED = 0x3F
STATE_DELETED = STATE_ADDED & 0xFD

X509_GUID = uuid.UUID("a5c059a1-94e4-4aa7-87b5-ab155c2bf072")
OWNER_GUID = uuid.UUID("7a4c6b0e-52f5-4c0a-9d1e-3f0a8f2b6c11")
SHIM_GUID = uuid.UUID("605dab50-e046-4300-abb6-3dd810dd8b23")
MOK_ATTRIBUTES = 3  # non-volatile, boot services only
LIST_HEADER = struct.Struct("<16sIII")


def signature_list(der):
    """EFI_SIGNATURE_LIST with one certificate (UEFI 2.10, 32.4.1)."""
    entry = OWNER_GUID.bytes_le + der
    size = LIST_HEADER.size + len(entry)
    return LIST_HEADER.pack(X509_GUID.bytes_le, size, 0, len(entry)) + entry


def records(store, start):
    """Yield (offset, end, fields, name) of each variable record."""
    offset = start
    while True:
        fields = RECORD.unpack_from(store, offset)
        if fields[0] != RECORD_START:
            return
        name_at = offset + RECORD.size
        end = name_at + fields[7] + fields[8]
        name = store[name_at:name_at + fields[7]].decode("utf-16-le")
        yield offset, end, fields, name.rstrip("\0")
        offset = (end + 3) & ~3


def with_db(template, lists):
    """The variable file with signature lists appended to db."""
    store = bytearray(template)
    header = struct.unpack_from("<H", store, VOLUME_HEADER_LENGTH_AT)[0]
    guid, size, _ = STORE_HEADER.unpack_from(store, header)
    if guid != STORE_GUID.bytes_le:
        raise steps.Failure(f"{VARIABLES} has an unknown format")

    db = None
    for record in records(store, header + STORE_HEADER.size):
        last_end = record[1]
        if record[3] == "db" and record[2][1] == STATE_ADDED:
            db = record
    if db is None:
        raise steps.Failure(f"{VARIABLES} has no db")

    offset, end, fields, _ = db
    name_at = offset + RECORD.size
    name = bytes(store[name_at:name_at + fields[7]])
    data = bytes(store[name_at + fields[7]:end]) + lists
    record = RECORD.pack(*fields[:8], len(data), fields[9]) + name + data
    free = (last_end + 3) & ~3
    if free + len(record) > header + size:
        raise steps.Failure(f"{VARIABLES} has no room for our certificates")
    store[offset + STATE_AT] = STATE_DELETED
    store[free:free + len(record)] = record
    return bytes(store)


def with_mok(template, lists):
    """The variable file with shim's list of machine owner keys at its end."""
    store = bytearray(template)
    header = struct.unpack_from("<H", store, VOLUME_HEADER_LENGTH_AT)[0]
    *_, last = records(store, header + STORE_HEADER.size)
    name = "MokList\0".encode("utf-16-le")
    record = RECORD.pack(RECORD_START, STATE_ADDED, 0, MOK_ATTRIBUTES, 0,
                         bytes(16), 0, len(name), len(lists),
                         SHIM_GUID.bytes_le) + name + lists
    free = (last[1] + 3) & ~3
    store[free:free + len(record)] = record
    return bytes(store)


def variables(trusted, owners=()):
    """Variables with the named certificates added to db, or shim's list."""
    keys.ensure()
    lists, owned = (b"".join(signature_list(keys.certificate_der(name))
                             for name in names)
                    for names in (trusted, owners))
    store = with_db(VARIABLES.read_bytes(), lists)
    return with_mok(store, owned) if owned else store
