"""The headers that make a browser refuse what the page never asks for.

They keep content of an article, a model or a file name from loading, sending or running anything:
the second wall, behind the escaping of the page.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

PAGE = "/"
ASSETS = ("/assets/", "/static/")  # files whose names change with their content may be kept
FEATURES = (
    "accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "hid", "magnetometer",
    "microphone", "midi", "payment", "publickey-credentials-get", "screen-wake-lock", "serial", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
FIXED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    "x-frame-options": "DENY",
}
_INLINE = re.compile(rb"<script(?![^>]*\ssrc\s*=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_BASE = b'<base href="./" />'  # means nothing at the root, and no base is allowed


def content_policy(scripts: Iterable[bytes] = ()) -> str:
    """Return the policy: load and run only files of this address, and these inline scripts."""
    digests = [f"'sha256-{b64encode(hashlib.sha256(text).digest()).decode()}'" for text in scripts]
    return "; ".join(
        (
            "default-src 'self'",
            # Gradio's HTML component compiles its template in the browser, and listeners their `js=`
            " ".join(("script-src 'self' 'unsafe-eval'", *digests)),
            # Gradio rewrites page.css in the browser and inserts it as an element
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "media-src 'none'",
            "object-src 'none'",
            "frame-src 'none'",
            "worker-src 'none'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def inline_scripts(page: bytes) -> list[bytes]:
    """Return the scripts inside a page."""
    return _INLINE.findall(page)


def protecting(send: Send, path: str) -> Send:
    """Add the headers; the page goes out in one piece, because its scripts are read from it."""
    if path == PAGE:
        return _page(send)

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = _protected(message, content_policy(), keep=path.startswith(ASSETS))
        await send(message)

    return sending


def _page(send: Send) -> Send:
    """Return a `send` for the page."""
    starts: list[Message] = []
    pieces: list[bytes] = []

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            starts.append(message)
            return
        pieces.append(message.get("body", b""))
        if message.get("more_body"):
            return
        page = b"".join(pieces)
        start = _protected(starts[0], content_policy(inline_scripts(page)))
        if _BASE in page:
            page = page.replace(_BASE, b"", 1)
            length = (b"content-length", str(len(page)).encode())
            start["headers"] = [*_without(start, "content-length"), length]
        await send(start)
        await send({"type": "http.response.body", "body": page})

    return sending


def _protected(start: Message, policy: str, *, keep: bool = False) -> Message:
    """Return the start of an answer with our headers in place of its own; with `keep`, stored."""
    ours = {**FIXED, "content-security-policy": policy}
    if not keep:
        ours["cache-control"] = "no-store"
    theirs = _without(start, *ours, "access-control-")
    return {**start, "headers": [*theirs, *((n.encode(), v.encode()) for n, v in ours.items())]}


def _without(start: Message, *names: str) -> list[tuple[bytes, bytes]]:
    """Return the headers of an answer whose names do not begin with these."""
    return [
        (name, value)
        for name, value in start.get("headers", ())
        if not name.decode("latin-1").lower().startswith(names)
    ]
