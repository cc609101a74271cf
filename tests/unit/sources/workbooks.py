"""Small workbooks in the formats that no library here writes: ods (zipped XML), xlsb (zipped records), xls (BIFF8)."""

import struct
import zipfile
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from xml.sax.saxutils import escape

Cell = str | int | float | date | None
Rows = Sequence[Sequence[Cell]]
_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def serial(day: date) -> int:
    """The number by which Excel keeps a day."""
    return (day - date(1899, 12, 30)).days


def ods(sheets: dict[str, Rows]) -> bytes:
    """A workbook of OpenDocument."""
    tables = "".join(
        f'<table:table table:name="{escape(name)}">{"".join(map(_ods_row, rows))}</table:table>'
        for name, rows in sheets.items()
    )
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names} office:version="1.2"><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
    )
    return _zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def _ods_row(row: Sequence[Cell]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"


def _ods_cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, date):
        kind = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
    elif isinstance(cell, str):
        kind = 'office:value-type="string"'
    else:
        kind = f'office:value-type="float" office:value="{cell}"'
    return f"<table:table-cell {kind}><text:p>{escape(str(cell))}</text:p></table:table-cell>"


def xlsb(sheets: dict[str, Rows]) -> bytes:
    """A workbook of binary parts. Days are numbers in cells of a date style."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    sheet_of = {name: f"worksheets/sheet{number}.bin" for number, name in enumerate(sheets, 1)}
    book = _record(131) + _record(143)
    for number, name in enumerate(sheets, 1):
        book += _record(156, struct.pack("<II", 0, number) + _wide(f"rId{number}") + _wide(name))
    book += _record(144) + _record(132)
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{relations}/worksheet" Target="{target}"/>'
        for number, target in enumerate(sheet_of.values(), 1)
    )
    links += f'<Relationship Id="rId{len(sheets) + 1}" Type="{relations}/styles" Target="styles.bin"/>'
    styles = _record(278) + _record(617, struct.pack("<I", 2)) + _xf(0) + _xf(14) + _record(618) + _record(279)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="bin" '
        'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{package}/relationships">{links}</Relationships>',
    }
    binary = {"xl/workbook.bin": book, "xl/styles.bin": styles}
    binary |= {f"xl/{sheet_of[name]}": _binary_sheet(rows) for name, rows in sheets.items()}
    return _zipped({name: text.encode() for name, text in parts.items()} | binary)


def _xf(number_format: int) -> bytes:
    return _record(47, struct.pack("<HHHHHHHH", 0, number_format, 0, 0, 0, 0, 0, 0))


def _binary_sheet(rows: Rows) -> bytes:
    width = max(map(len, rows), default=1)
    body = (
        _record(129) + _record(148, struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, width - 1)) + _record(145)
    )
    for number, row in enumerate(rows):
        body += _record(0, struct.pack("<IIHHBI", number, 0, 300, 0, 0, 0))
        for column, cell in enumerate(row):
            style = int(isinstance(cell, date))
            place = struct.pack("<II", column, style)
            if isinstance(cell, str) and cell:
                body += _record(6, place + _wide(cell))
            elif cell is not None and not isinstance(cell, str):
                body += _record(5, place + struct.pack("<d", serial(cell) if isinstance(cell, date) else cell))
    return body + _record(146) + _record(130)


def _record(kind: int, content: bytes = b"") -> bytes:
    """A record of xlsb: kind and length in groups of seven bits."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(content)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return head + size + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xls(sheets: dict[str, Rows]) -> bytes:
    """A workbook of Excel 97: one stream of BIFF8 records in a compound file."""
    bodies = [_biff_sheet(rows) for rows in sheets.values()]
    heads = [_biff(0x85, struct.pack("<IH", 0, 0) + _short(name)) for name in sheets]
    front = _biff(0x809, struct.pack("<HHHHII", 0x600, 0x5, 0, 0, 0, 0)) + _biff_xf(0) + _biff_xf(14)
    at = len(front) + sum(map(len, heads)) + len(_biff(0x0A))
    stream = front
    for name, body in zip(sheets, bodies, strict=True):
        stream += _biff(0x85, struct.pack("<IH", at, 0) + _short(name))
        at += len(body)
    return _compound(stream + _biff(0x0A) + b"".join(bodies))


def _biff(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _biff_xf(number_format: int) -> bytes:
    return _biff(0xE0, struct.pack("<HHH", 0, number_format, 0) + bytes(14))


def _short(name: str) -> bytes:
    return struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")


def _biff_sheet(rows: Rows) -> bytes:
    width = max(map(len, rows), default=1)
    body = _biff(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    body += _biff(0x200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            place = struct.pack("<HHH", number, column, int(isinstance(cell, date)))
            if isinstance(cell, str) and cell:
                body += _biff(0x204, place + struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le"))
            elif cell is not None and not isinstance(cell, str):
                body += _biff(
                    0x203, place + struct.pack("<d", serial(cell) if isinstance(cell, date) else cell)
                )
    return body + _biff(0x0A)


def _compound(stream: bytes) -> bytes:
    """A compound file with the stream `Workbook`, large enough to be kept in sectors of its own."""
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    count = len(stream) // _SECTOR
    fat = [_FAT, _END, *range(3, count + 2), _END]
    fat += [_FREE] * (_SECTOR // 4 - len(fat))
    directory = _entry("Root Entry", 5, _END, 0, child=1) + _entry("Workbook", 2, 2, len(stream)) + bytes(256)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    return header + struct.pack(f"<{_SECTOR // 4}I", *fat) + directory + stream


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    wide = (name + "\0").encode("utf-16-le")
    head = wide.ljust(64, b"\0") + struct.pack("<HBBIII", len(wide), kind, 1, _FREE, _FREE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def _zipped(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            kind = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, kind)
    return out.getvalue()
