"""Search and answer by the pipeline of LangChain's tutorials on search and RAG, with FAISS as its store."""

from __future__ import annotations

from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from scripts.evaluation.peers import PASSAGES, Place, Search

FOUND = 4  # its default
CONTEXT = 4096  # tokens: its default of 512 does not hold the pieces
BATCH = 300  # tokens read at a time, as its page on llama.cpp has it: the default of 8 is slow
# The RAG tutorial's (rlm/rag-prompt).
PROMPT = """\
You are an assistant for question-answering tasks. Use the following pieces of retrieved context to \
answer the question. If you don't know the answer, just say that you don't know. Use three sentences \
maximum and keep the answer concise.
Question: {question}
Context: {context}
Answer:"""


def index(place: Place) -> None:
    """Split the articles as the tutorial does, and encode the pieces."""
    whole = [_document(place, name) for name, _ in place.articles()]
    store = FAISS.from_documents(_splitter().split_documents(whole), _encoder(place))
    store.save_local(str(place.folder))


def add(place: Place, name: str) -> None:
    """Add one article to the store, and save it."""
    store = _store(place)
    store.add_documents(_splitter().split_documents([_document(place, name)]))
    store.save_local(str(place.folder))


def opened(place: Place) -> Search:
    """Return a search for the sources of pieces."""
    store = _store(place)

    def search(question: str) -> list[str]:
        pieces = store.similarity_search(question, k=PASSAGES)
        return [piece.metadata["source"] for piece in pieces]

    return search


def evidence(place: Place, question: str) -> list[str]:
    """Return the pieces that its chain would read, best first."""
    return [piece.page_content for piece in _store(place).similarity_search(question, k=FOUND)]


def answer(place: Place, question: str) -> str:
    """Answer by the tutorial's chain: retrieve, fill the prompt, write."""
    from langchain_community.chat_models import ChatLlamaCpp
    from langchain_core.output_parsers import StrOutputParser
    from langchain_core.prompts import ChatPromptTemplate

    context = "\n\n".join(evidence(place, question))
    model = ChatLlamaCpp(
        model_path=str(place.model),
        n_ctx=CONTEXT,
        n_batch=BATCH,
        n_threads=place.threads,
        temperature=0,
        verbose=False,
    )
    chain = ChatPromptTemplate.from_template(PROMPT) | model | StrOutputParser()
    return str(chain.invoke({"question": question, "context": context}))


def _document(place: Place, name: str) -> Document:
    return Document(page_content=place.text(name), metadata={"source": name})


def _splitter() -> RecursiveCharacterTextSplitter:
    return RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)


def _store(place: Place) -> FAISS:
    """Open the saved store; the pickle that is read was written by `index`."""
    return FAISS.load_local(
        str(place.folder), _encoder(place), allow_dangerous_deserialization=True
    )


def _encoder(place: Place) -> HuggingFaceEmbeddings:
    return HuggingFaceEmbeddings(model_name=str(place.encoder))
