"""Messages -> text, streamed, from servers that speak OpenAI's chat protocol: llama-server, Ollama, vLLM.

A model is named `URL#NAME`, several are separated by commas. Where one cannot be reached, or breaks before
its first sentence is whole, the next begins anew; a sentence that was handed on is not taken back.
Redirects and proxies are not followed.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from rag.errors import ModelError
from rag.models.apart import MOST_BYTES, PATIENCE, Patience
from rag.models.servers import KEY, Place, server
from rag.models.streamed import (
    ANOTHER,
    CORRECT,
    LOOK,
    Broken,
    Call,
    Piece,
    Unreached,
    data,
    sentences,
)
from rag.protocols import Stop
from rag.settings import command
from rag.types.models import Message

CONNECT_SECONDS = 3.0
CONTEXT_TOKENS = 4096  # where a server does not say: what Ollama gives unless told otherwise
# Of UTF-8, at the least: English has more than four to a token, Chinese about three.
TOKEN_BYTES = 3
FRAME_TOKENS = 8  # of the chat's frame, a message
SEED = 0  # the temperature is 0; some servers still draw
WORDS = 200  # characters that are repeated of what a server says
# What a server calls the length of a model's context, in its list of models.
_LENGTHS = ("max_model_len", "context_length", "context_window", "max_context_length")


class ServedModel:
    """A language model on servers; many threads may use it at once."""

    def __init__(
        self, asked: Sequence[Place], *, key: str = "", tokens: int, patience: Patience = PATIENCE
    ) -> None:
        self.server = server(asked)
        self.name = self.server.name
        self._places = list(asked)
        self._key, self._tokens, self._patience = key, tokens, patience
        self._context: int | None = None

    def load(self) -> None:
        """Learn how long a text the model takes; a server that is not there is told of when it is to write."""
        self._length()

    def fits(self, messages: Sequence[Message]) -> bool:
        """Return whether the chat and an answer fit into the context, by an estimate on the safe side."""
        size = sum(len(one.text.encode("utf-8", "replace")) for one in messages)
        frame = FRAME_TOKENS * len(messages)
        return size // TOKEN_BYTES + frame + self._tokens < self._length()

    def write(self, messages: Sequence[Message], stop: Stop) -> Iterator[str]:
        """Write one line in whole sentences until it ends or `stop` is set; `CUT` comes last where it is
        too long.

        Raises ModelError where no server writes it, or one breaks off after a sentence.
        """
        broken: dict[str, Broken] = {}
        for place in tuple(self._places):
            for address in place.local or ("",):
                begun = False
                try:
                    for text in self._written(place, address, messages, stop):
                        begun = True
                        yield text
                    self._prefer(place)
                    return
                except Broken as error:
                    if stop.is_set():
                        return
                    broken[place.url] = error
                    if begun:
                        raise ModelError(_told({place.url: error})) from None
                    if not isinstance(error, Unreached):
                        break
        raise ModelError(_told(broken))

    def _prefer(self, place: Place) -> None:
        """Ask this one first from now on: the others may take seconds until they are known to be gone."""
        if self._places[0] != place:
            self._places = [place, *(one for one in self._places if one != place)]

    def _written(
        self, place: Place, address: str, messages: Sequence[Message], stop: Stop
    ) -> Iterator[str]:
        asked = {
            "model": place.name,
            "messages": [{"role": one.role, "content": one.text} for one in messages],
            "temperature": 0,
            "seed": SEED,
            "max_tokens": self._tokens,
            "stop": ["\n"],
            "stream": True,
        }
        call = Call(lambda call: self._heard(call, place, address, asked))
        try:
            yield from sentences(map(self._read, call.said(stop)), stop)
        finally:
            call.end()

    def _heard(self, call: Call, place: Place, address: str, asked: Any) -> Iterator[str]:
        """Yield the data of the events that a server sends."""
        url = f"{place.url}/chat/completions"
        with self._response(url, address, asked, self._patience.silent, call.traced) as response:
            if not response.is_success:
                raise self._refused(place, response)
            yield from data(response.iter_bytes())

    @contextmanager
    def _response(
        self, url: str, address: str, asked: Any, silent: float, trace: Callable[..., None]
    ) -> Iterator[Any]:
        """Send a request, with what is `asked` if anything, to an address if one is given, and give what
        comes back. Raises Broken where nothing does.
        """
        import httpx

        there = httpx.URL(url)
        key = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        secure = httpx.create_ssl_context() if there.scheme == "https" else False
        try:
            with (
                httpx.Client(
                    trust_env=False,  # no proxy, which could be elsewhere
                    verify=secure,
                    timeout=httpx.Timeout(silent, connect=CONNECT_SECONDS),
                ) as client,
                client.stream(
                    "POST" if asked else "GET",
                    there.copy_with(host=address) if address else there,
                    json=asked,
                    headers={
                        "Host": there.netloc.decode(),
                        "Accept-Encoding": "identity",
                        "Connection": "close",
                        **key,
                    },
                    extensions={"sni_hostname": there.host, "trace": trace},
                ) as response,
            ):
                yield response
        except httpx.ConnectTimeout:
            reason = f"does not answer within {CONNECT_SECONDS:.0f} s"
            raise Unreached(reason, f"Start it, {ANOTHER}.") from None
        except httpx.ConnectError as error:
            told = re.sub(r"^\[Errno -?\d+\] ", "", str(error))
            raise Unreached(f"cannot be reached ({told})", f"Start it, {ANOTHER}.") from None
        except httpx.TimeoutException:
            raise Broken(f"gave no sign for {silent:.0f} s", LOOK) from None
        except httpx.HTTPError:
            raise Broken("broke off", f"Ask again. If it does so each time: {LOOK}") from None
        except httpx.InvalidURL:
            raise Broken("has an address that cannot be", f"Correct it, {ANOTHER}.") from None

    def _refused(self, place: Place, response: Any) -> Broken:
        """What an answer without success means."""
        code = response.status_code
        if response.is_redirect:
            there = str(response.headers.get("location", "")).partition("?")[0]
            step = f"Redirects are not followed. Give the address itself, {ANOTHER}."
            return Broken(f"sends elsewhere ({code}: {self._words(there)})", step)
        if code in (401, 403):
            return Broken(f"refuses the key ({code})", f"Put the right one into {KEY}.")
        body = b""
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MOST_BYTES:
                break
        told = f"{code}: {self._message(body)}"
        if code in (404, 405):
            reason = f"has no chat there, or no model {place.name!r} ({told})"
            return Broken(reason, f"Correct address and name, {ANOTHER}.")
        if code == 429:
            return Broken(f"has too much to do ({told})", f"Ask again later, {ANOTHER}.")
        return Broken(f"could not do it ({told})", LOOK)

    def _message(self, body: bytes) -> str:
        """What a server says went wrong, wherever it says so."""
        text = body.decode("utf-8", "replace")
        with suppress(ValueError, RecursionError):
            found = json.loads(text)
            while isinstance(found, dict):
                names = (name for name in ("error", "message", "detail") if found.get(name))
                found = found.get(next(names, ""), "")
            text = str(found)
        return self._words("a web page" if "<html" in text.lower() else text) or "no reason given"

    def _words(self, text: str) -> str:
        """The first words of a server, on one line, without the key."""
        plain = " ".join((text.replace(self._key, "…") if self._key else text).split())
        return plain if len(plain) <= WORDS else f"{plain[:WORDS]}…"

    def _read(self, told: str) -> Piece:
        """Read the data of an event. Raises Broken where it is none of a chat."""
        if told == "[DONE]":
            return Piece(end="stop")
        try:
            event = json.loads(told)
            if event.get("error"):
                reason = f"could not do it ({self._message(told.encode('utf-8', 'replace'))})"
                raise Broken(reason, LOOK)
            if not event["choices"]:  # how many tokens there were
                return Piece()
            choice = event["choices"][0]
            delta, end = choice.get("delta") or {}, choice.get("finish_reason") or ""
            text = delta.get("content") or ""
            thought = bool(delta.get("reasoning_content") or delta.get("reasoning"))
            if isinstance(text, str) and isinstance(end, str):
                return Piece(text.encode("utf-8", "replace").decode(), end, thought)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            pass
        raise Broken("sends what is no chat", CORRECT) from None

    # ── how much it takes ──

    def _length(self) -> int:
        """The tokens that its shortest context has, as far as the servers say; asked once."""
        if self._context is None:
            told = [self._told_length(place) for place in self._places]
            if not any(told):
                return CONTEXT_TOKENS  # perhaps they are not there yet
            self._context = min(one or CONTEXT_TOKENS for one in told)
        return self._context

    def _told_length(self, place: Place) -> int | None:
        listed = self._asked(place, f"{place.url}/models")
        with suppress(KeyError, TypeError, AttributeError):
            own: Any = next((one for one in listed["data"] if one.get("id") == place.name), {})
            for name in _LENGTHS:
                if isinstance(own.get(name), int) and own[name] > 0:
                    return int(own[name])
        if listed is None:
            return None
        properties: Any = self._asked(place, f"{place.url.removesuffix('/v1')}/props")
        with suppress(KeyError, TypeError):
            found = properties["default_generation_settings"]["n_ctx"]
            if isinstance(found, int) and found > 0:
                return found
        return CONTEXT_TOKENS

    def _asked(self, place: Place, url: str) -> Any:
        """Return what a server says to a simple question, or None."""
        for address in place.local or ("",):
            until, body = time.monotonic() + CONNECT_SECONDS, b""
            with (
                suppress(Broken, ValueError, RecursionError),
                self._response(url, address, None, CONNECT_SECONDS, lambda *_: None) as response,
            ):
                for chunk in response.iter_bytes() if response.is_success else ():
                    body += chunk
                    if len(body) > MOST_BYTES or time.monotonic() > until:
                        raise ValueError
                return json.loads(body)
        return None


def _told(broken: Mapping[str, Broken]) -> str:
    """Say of each server what is wrong, and what to do about the last."""
    *_, last = broken.values()
    reasons = "; ".join(f"{url} {error}" for url, error in broken.items())
    check = f" To see what is wrong: {command('doctor')} --models"
    return f"The language model cannot write: {reasons}. {last.step}{check}"
