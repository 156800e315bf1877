"""Search by the pipeline of LangChain's tutorial on semantic search, with FAISS as its store."""

from __future__ import annotations

from langchain_community.vectorstores import FAISS
from langchain_core.documents import Document
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from scripts.evaluation.peers import PASSAGES, Place, Search


def index(place: Place) -> None:
    """Split the articles as the tutorial does, and encode the pieces."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    whole = [
        Document(page_content=text, metadata={"source": name}) for name, text in place.articles()
    ]
    store = FAISS.from_documents(splitter.split_documents(whole), _encoder(place))
    store.save_local(str(place.folder))


def opened(place: Place) -> Search:
    """Return a search for the sources of pieces; the pickle that is read was written by `index`."""
    store = FAISS.load_local(
        str(place.folder), _encoder(place), allow_dangerous_deserialization=True
    )

    def search(question: str) -> list[str]:
        pieces = store.similarity_search(question, k=PASSAGES)
        return [piece.metadata["source"] for piece in pieces]

    return search


def _encoder(place: Place) -> HuggingFaceEmbeddings:
    return HuggingFaceEmbeddings(model_name=str(place.encoder))
