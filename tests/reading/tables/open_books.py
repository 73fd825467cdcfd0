"""OpenDocument spreadsheets written by hand, so that tests can put into them what no program writes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping


def ods(content: str, *, styles: str = "", more: Mapping[str, bytes] | None = None, kind: str = "spreadsheet") -> bytes:
    """Return an OpenDocument file with some tables."""
    names = ["office", "text", "table", "style", "meta"]
    spaces = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    spaces += (
        ' xmlns:number="urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        body = f"<office:body><office:spreadsheet>{content}</office:spreadsheet></office:body>"
        own = f"<office:automatic-styles>{styles}</office:automatic-styles>"
        archive.writestr("content.xml", f"<office:document-content{spaces}>{own}{body}</office:document-content>")
        for name, data in (more or {}).items():
            archive.writestr(name, data)
    return made.getvalue()


def cells(*texts: str, more: str = "") -> str:
    """Return a row of texts; what begins with `<` stands as it is."""
    made = "".join(
        one if one.startswith("<") else f'<table:table-cell office:value-type="string"><text:p>{one}</text:p></table:table-cell>'
        for one in texts
    )
    return f"<table:table-row{more}>{made}</table:table-row>"


def table(*rows: str, name: str = "People") -> str:
    """Return a table."""
    return f'<table:table table:name="{name}">{"".join(rows)}</table:table>'
