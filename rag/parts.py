"""The concrete models, named here and nowhere else, and the set of them that an engine uses."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from rag.models.apart import ModelApart
from rag.models.catalogue import CATALOGUE, ENCODER, READER
from rag.models.checker import StatementChecker
from rag.models.classifier import TextClassifier
from rag.models.dater import NetworkDater
from rag.models.encoder import Kind, NetworkEncoder, TorchEncoder, exported, fingerprint, has_gpu
from rag.models.files import language_model, model_files
from rag.models.namer import NetworkNamer
from rag.models.reader import CrossEncoder
from rag.models.served import ServedModel
from rag.models.servers import is_address, key_from, servers
from rag.protocols import Checker, Classifier, Dater, Encoder, Generator, Namer, Reader
from rag.settings import Settings
from rag.types.models import Server

MANY = 5_000  # passages for which a GPU is worth the import of torch, 7 s


def encoder_fingerprint() -> str:
    """Return the fingerprint of the default encoder's vector space."""
    sha256 = {file.name: file.sha256 for file in CATALOGUE[ENCODER].files}
    return fingerprint(sha256[f"{ENCODER}/model.safetensors"], sha256[f"{ENCODER}/tokenizer.json"])


def question_encoder(settings: Settings) -> NetworkEncoder:
    """Build the encoder for questions; make its export the first time (15 s)."""
    return _network_encoder(settings, "plain")


def passage_encoder(settings: Settings, count: int = MANY) -> NetworkEncoder | TorchEncoder:
    """Build the encoder for so many passages; make its export the first time."""
    if count >= MANY and has_gpu():
        return torch_encoder(settings)
    return _network_encoder(settings, "rounded")


def torch_encoder(settings: Settings) -> TorchEncoder:
    """Build the encoder that the others are made from."""
    folder = model_files(ENCODER, settings.models)["model.safetensors"].parent
    return TorchEncoder(folder, encoder_fingerprint(), settings.threads)


def _network_encoder(settings: Settings, kind: Kind) -> NetworkEncoder:
    paths, mark = model_files(ENCODER, settings.models), encoder_fingerprint()
    export = exported(paths["model.safetensors"].parent, settings.models, mark, kind)
    return NetworkEncoder(export, paths["tokenizer.json"], mark, settings.threads)


def cross_encoder(settings: Settings) -> CrossEncoder:
    """Build the reader."""
    paths = model_files(READER, settings.models)
    return CrossEncoder(paths["reader.onnx"], paths["tokenizer.json"], settings.threads)


def statement_checker(settings: Settings) -> StatementChecker:
    """Build the checker."""
    paths = model_files(READER, settings.models)
    return StatementChecker(paths["checker.onnx"], paths["tokenizer.json"], settings.threads)


def text_classifier(settings: Settings) -> TextClassifier:
    """Build the classifier."""
    paths = model_files(READER, settings.models)
    return TextClassifier(paths["classifier.onnx"], paths["tokenizer.json"], settings.threads)


def network_namer(settings: Settings) -> NetworkNamer:
    """Build the namer."""
    paths = model_files(READER, settings.models)
    return NetworkNamer(paths["namer.onnx"], paths["tokenizer.json"], settings.threads)


def network_dater(settings: Settings) -> NetworkDater:
    """Build the dater."""
    paths = model_files(READER, settings.models)
    return NetworkDater(paths["dater.onnx"], paths["tokenizer.json"], settings.threads)


def served_model(settings: Settings) -> ServedModel:
    """Build the language model of servers, not yet asked; raise UsageError where they may not be asked."""
    asked = servers(settings.model, leaves=settings.leaves)
    return ServedModel(asked, key=key_from(), tokens=settings.answer_tokens)


def language_writer(settings: Settings) -> ServedModel | ModelApart:
    """Build the language model that the settings name, on servers or in a process of its own."""
    return served_model(settings) if is_address(settings.model) else llama_model(settings)


def llama_model(settings: Settings) -> ModelApart:
    """Build the language model, not yet loaded; raise ModelError if its file is missing or wrong."""
    path = language_model(settings.model, settings.models)
    name = Path(settings.model).stem if settings.model.endswith(".gguf") else settings.model
    arguments = {
        "path": str(path),
        "name": name,
        "states": str(settings.models / "states"),
        "threads": settings.threads,
        "tokens": settings.answer_tokens,
    }
    return ModelApart(name, "rag.models.llm:LlamaModel", arguments)


class Models:
    """The models of one engine, for all its threads; each that was not given is made when needed."""

    def __init__(
        self,
        settings: Settings,
        encoder: Encoder | None = None,
        reader: Reader | None = None,
        generator: Generator | None = None,
        checker: Checker | None = None,
        classifier: Classifier | None = None,
        namer: Namer | None = None,
        dater: Dater | None = None,
    ) -> None:
        self._settings = settings
        self.given_encoder = encoder
        self._encoder, self._reader, self._generator = encoder, reader, generator
        self._checker, self._classifier = checker, classifier
        self._namer, self._dater = namer, dater
        self._lock = threading.RLock()

    @property
    def names(self) -> Mapping[str, str]:
        """What reads the question; empty where the encoder was given."""
        return {} if self.given_encoder else {"encoder": ENCODER, "reader": READER}

    @property
    def encoder(self) -> Encoder:
        """The encoder for questions."""
        with self._lock:
            self._encoder = self._encoder or question_encoder(self._settings)
            return self._encoder

    @property
    def reader(self) -> Reader:
        """The cross-encoder."""
        with self._lock:
            self._reader = self._reader or cross_encoder(self._settings)
            return self._reader

    @property
    def checker(self) -> Checker:
        """The network that judges sentences; loaded for the first of them."""
        with self._lock:
            self._checker = self._checker or statement_checker(self._settings)
            return self._checker

    @property
    def classifier(self) -> Classifier:
        """The network that tells what texts are; loaded for the first of them."""
        with self._lock:
            self._classifier = self._classifier or text_classifier(self._settings)
            return self._classifier

    @property
    def namer(self) -> Namer:
        """The network that finds names; loaded for the first of them."""
        with self._lock:
            self._namer = self._namer or network_namer(self._settings)
            return self._namer

    @property
    def dater(self) -> Dater:
        """The network that tells what days are the days of; loaded for the first of them."""
        with self._lock:
            self._dater = self._dater or network_dater(self._settings)
            return self._dater

    @property
    def generator(self) -> Generator:
        """The language model; one for all threads, it would not survive two."""
        with self._lock:
            self._generator = self._generator or language_writer(self._settings)
            return self._generator

    @property
    def server(self) -> Server | None:
        """Where the language model writes, if on servers; raise UsageError where these may not be asked."""
        with self._lock:
            if self._generator is None and is_address(self._settings.model):
                self._generator = served_model(self._settings)
            return self._generator.server if isinstance(self._generator, ServedModel) else None
