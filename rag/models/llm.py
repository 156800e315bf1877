"""Messages -> text, streamed, from a GGUF model inside this process, which is the model's own: see
`rag.models.apart`.

The state after the constant beginning of a chat is kept in memory and on disk, so that only
evidence and question are read anew. llama.cpp crashes when two threads use one model, so a lock
gives it one owner at a time. A stop takes effect between tokens and, through llama.cpp's abort
callback, while the prompt is read.
"""

from __future__ import annotations

import codecs
import ctypes
import hashlib
import threading
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from rag.atomic import replacing
from rag.errors import ModelError
from rag.models.frame import Chat, Frame, Piece, Render, frame
from rag.models.thought import without_thought
from rag.protocols import CUT, Stop
from rag.settings import command
from rag.types.models import Message

# Rules and examples 500, evidence up to 2,500, answer 120; 28 kB of memory each.
CONTEXT_TOKENS = 4096
WAIT_SECONDS = 0.1  # how soon a question that waits for its turn notices its stop
BATCH_TOKENS = 256  # read at once; 512 is no faster on two cores


class LlamaModel:
    """A GGUF model, prompted in the chat format of its file; loaded at its first use."""

    def __init__(
        self, path: str | Path, name: str, *, states: str | Path, threads: int, tokens: int
    ) -> None:
        self.name = name
        self._path, self._states = Path(path), Path(states)
        self._threads, self._tokens = threads, tokens
        self._lock = threading.Lock()
        self._llama: Any = None
        self._frame: Frame
        self._im_end: list[int]
        self._stop: Stop | None = None

    def load(self) -> None:
        """Load the model now, so that the first question does not wait for it."""
        with self._lock:
            self._loaded()

    def fits(self, messages: Sequence[Message]) -> bool:
        """Return whether the chat and an answer fit into the context."""
        if self._llama is None:
            self.load()
        return len(self._tokenized(self._frame.pieces(messages))) + self._tokens < CONTEXT_TOKENS

    def has_control_tokens(self, text: str) -> bool:
        """Tell whether a text would become tokens of a chat's frame, were they looked for."""
        self._loaded()
        return self._encode(text, special=True) != self._encode(text, special=False)

    def write(self, messages: Sequence[Message], stop: Stop) -> Iterator[str]:
        """Write one line in pieces, at temperature 0, until it ends or `stop` is set; `CUT` comes last
        where it is too long.

        Raises ModelError when the model cannot be loaded.
        """
        while not self._lock.acquire(timeout=WAIT_SECONDS):
            if stop.is_set():
                return
        try:
            yield from self._written(messages, stop)
        finally:
            self._lock.release()

    def _written(self, messages: Sequence[Message], stop: Stop) -> Iterator[str]:
        self._loaded()
        self._stop = stop
        try:
            self._read_prefix(self._tokenized(self._frame.constant(messages)))
            prompt = self._tokenized(self._frame.pieces(messages))
            for piece in without_thought(self._generated(prompt, stop)):
                line, end, _ = piece.partition("\n")
                if line:
                    yield line
                if end:
                    return
        except RuntimeError as error:  # llama_decode was aborted, or failed
            self._forget()
            if not stop.is_set():
                raise ModelError(
                    f"The model {self.name} stopped working: {error}."
                    f" Try: {command('doctor')} --models"
                ) from error
        finally:
            self._stop = None

    def _generated(self, prompt: list[int], stop: Stop) -> Iterator[str]:
        """Yield what the model writes, `CUT` last where it would go on."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        for count, token in enumerate(self._llama.generate(prompt, temp=0.0)):
            if stop.is_set() or self._ends(token):
                return
            if count >= self._tokens:
                yield CUT
                return
            yield decoder.decode(self._llama.detokenize([token]))

    def _loaded(self) -> Any:
        if self._llama is None:
            import llama_cpp
            from llama_cpp import llama_chat_format

            llama_cpp.llama_log_set(_quiet(), None)  # its notes would reach the terminal
            try:
                self._llama = llama_cpp.Llama(
                    str(self._path),
                    n_ctx=CONTEXT_TOKENS,
                    n_batch=BATCH_TOKENS,
                    n_threads=self._threads,
                    n_threads_batch=self._threads,
                    verbose=False,
                )
            except (
                *(ValueError, RuntimeError, OSError),
                llama_chat_format.jinja2.TemplateError,  # of a chat format that it cannot read
            ) as error:
                raise ModelError(
                    f"The model file {self._path} cannot be loaded: {error}. Check it: {command('models')} check"
                ) from error
            try:
                self._frame = self._framed()
            except ModelError:
                self._llama = None
                raise
            self._im_end = self._encode("<|im_end|>", special=True)
            self._abort = llama_cpp.ggml_abort_callback(
                lambda _: self._stop is not None and self._stop.is_set()
            )
            llama_cpp.llama_set_abort_callback(self._llama.ctx, self._abort, None)
        return self._llama

    def _encode(self, text: str, special: bool) -> list[int]:
        return list(
            self._llama.tokenize(text.encode("utf-8", "replace"), add_bos=False, special=special)
        )

    def _tokenized(self, pieces: Sequence[Piece]) -> list[int]:
        """Tokenize piece by piece; only marks of the chat format become special tokens."""
        return [token for piece in pieces for token in self._encode(piece.text, piece.special)]

    def _framed(self) -> Frame:
        """Return the chat format of the file. Raises ModelError where it has none."""
        found = template(self._llama)
        if found is None and len(self._encode("<|im_start|>", special=True)) > 1:
            raise ModelError(
                f"The model file {self._path} has no chat format, so it cannot be told what to do."
                " Take one that follows instructions (its name mostly has `instruct` or `it`)."
            )
        return frame(found, self.name, begin(self._llama))

    def _ends(self, token: int) -> bool:
        """Whether a token ends a reply: of the vocabulary's ends of text and of turns, or ChatML's."""
        import llama_cpp

        if llama_cpp.llama_vocab_is_eog(self._llama._model.vocab, token):
            return True
        return [token] == self._im_end

    # ── the constant prefix ──

    def _read_prefix(self, tokens: list[int]) -> None:
        """Bring the model into the state after `tokens`: from memory, from disk or by reading."""
        count, llama = len(tokens), self._llama
        if llama.n_tokens >= count and list(llama.input_ids[:count]) == tokens:
            llama.n_tokens = (
                count  # no word of the answer before: each is written as if it were the first
            )
            return
        state = self._states / f"prefix-{self._key(tokens)}.state"
        if not self._restore(state, tokens):
            self._llama.reset()
            self._llama.eval(tokens)
            self._save(state, tokens)

    def _key(self, tokens: Sequence[int]) -> str:
        import llama_cpp

        status = self._path.stat()
        file = self._path.name, status.st_size, status.st_mtime_ns
        facts = (llama_cpp.__version__, *file, CONTEXT_TOKENS, *tokens)
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:24]

    def _restore(self, state: Path, tokens: Sequence[int]) -> bool:
        """Load a kept state; return False where it is missing or not exactly this one."""
        import llama_cpp

        checksum = state.with_suffix(".sha256")
        if not (state.exists() and checksum.exists() and checksum.read_text() == _sha256(state)):
            return False
        self._forget()
        found = (llama_cpp.llama_token * CONTEXT_TOKENS)()
        count = ctypes.c_size_t(0)
        read = llama_cpp.llama_state_seq_load_file(
            self._llama.ctx, str(state).encode(), 0, found, CONTEXT_TOKENS, ctypes.byref(count)
        )
        if not read or list(found[: count.value]) != list(tokens):
            self._forget()
            return False
        self._llama.input_ids[: len(tokens)] = tokens
        self._llama.n_tokens = len(tokens)
        self._llama._requires_eval = True  # its logits are not in the file
        return True

    def _save(self, state: Path, tokens: Sequence[int]) -> None:
        import llama_cpp

        array = (llama_cpp.llama_token * len(tokens))(*tokens)
        try:
            with replacing(state) as part:
                llama_cpp.llama_state_seq_save_file(
                    self._llama.ctx, str(part).encode(), 0, array, len(tokens)
                )
            with replacing(state.with_suffix(".sha256")) as part:
                part.write_text(_sha256(state))
        except OSError:
            pass  # a folder that cannot be written only costs reading the prefix again next time

    def _forget(self) -> None:
        """Empty the context: the remains of an aborted reading cannot be trusted."""
        self._llama.reset()
        self._llama._ctx.kv_cache_clear()


def template(llama: Any) -> Render | None:
    """Return what renders chats by the template in a model's file, in the sandbox, if it has one.

    It is told no day: the same question is to bring the same words tomorrow.
    """
    from llama_cpp.llama_chat_format import Jinja2ChatFormatter

    told = llama.metadata.get("tokenizer.chat_template")
    if not told:
        return None
    formatter = Jinja2ChatFormatter(
        told, eos_token=_text(llama, llama.token_eos()), bos_token=_text(llama, llama.token_bos())
    )
    formatter.strftime_now = lambda _: ""

    def render(chat: Chat) -> str:
        return str(formatter(messages=list(chat), enable_thinking=False).prompt)

    return render


def begin(llama: Any) -> str:
    """Return the token that a model wants before everything else, as text; empty where it wants none."""
    import llama_cpp

    wanted = llama_cpp.llama_vocab_get_add_bos(llama._model.vocab)
    return _text(llama, llama.token_bos()) if wanted else ""


def _text(llama: Any, token: int) -> str:
    return str(llama._model.token_get_text(token)) if token >= 0 else ""


@cache
def _quiet() -> Any:
    """Return a log that drops everything; llama.cpp calls it even at the very end of the process."""
    import llama_cpp

    return llama_cpp.llama_log_callback(lambda *_: None)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
