"""The page's HTML as a browser would read it, and answers to draw."""

from html.parser import HTMLParser

from rag.types.answers import Answer, Statement
from rag.types.questions import Turn
from tests.fakes import evidence

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\" onmouseover=alert(1) x='",
    "</blockquote></details><style>*{display:none}</style>",
    "${alert(1)} {{constructor}} {0} {name}",
    "&lt;b&gt; &amp; <!-- -->",
)
TAGS = {
    "section",
    "nav",
    "h2",
    "h3",
    "p",
    "div",
    "blockquote",
    "article",
    "details",
    "summary",
    "aside",
}
TAGS |= {"ul", "ol", "li", "span", "a", "b", "i", "q", "br", "code", "mark", "button"}
TAGS |= {"table", "caption", "thead", "tbody", "tr", "th", "td", "svg", "rect", "title"}
ATTRIBUTES = {"class", "dir", "id", "href", "role", "aria-label", "aria-hidden", "type", "tabindex"}
ATTRIBUTES |= {"data-do", "data-value", "disabled", "aria-pressed", "scope", "rel", "target"}
ATTRIBUTES |= {"viewbox", "preserveaspectratio", "x", "y", "width", "height"}


class Seen(HTMLParser):
    """Tags, attributes, link targets, ids and text, as a browser would read them."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.links, self.ids, self.values, self.text = [], [], [], ""
        self.doing: list[tuple[str, str]] = []  # what buttons and chips do, and with what
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attributes):
        """Remember a tag and what it carries."""
        self.tags.add(tag)
        given = dict(attributes)
        if "data-do" in given:
            self.doing.append((given["data-do"], given.get("data-value") or ""))
        for name, value in attributes:
            self.attributes.add(name)
            self.values.append(value or "")
            if name in ("href", "id"):
                (self.links if name == "href" else self.ids).append(value)

    def handle_data(self, data):
        """Remember a piece of text."""
        self.text += data


def answered(*statements: Statement, count: int = 3, **changes: object) -> Answer:
    """A finished answer over `count` pieces of evidence."""
    texts = [f"Sentence number {number}." for number in range(1, count + 1)]
    draft = Answer("Who won?", "answered", evidence=tuple(evidence(*texts, source="The Times")))
    return draft.grown(**{"statements": statements, "done": True, **changes})


def turn(answer: Answer, **changes: object) -> Turn:
    """A question with its answer."""
    return Turn(answer.question, answer=answer, **changes)


def written(text: str, *numbers: int) -> Statement:
    """A sentence of the model that passed its checks."""
    return Statement(text, "written", numbers, supported=True)
