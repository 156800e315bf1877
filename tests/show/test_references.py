"""The articles of an answer as BibTeX and CSL-JSON: whole, escaped, the same each time."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from rag.show.references import bibtex, csl
from rag.types.answers import Answer
from rag.types.evidence import Evidence
from tests.fakes import TODAY, article
from tests.show.test_files import HOSTILE, everywhere, told


def answer(**facts) -> Answer:
    """An answer with one article."""
    one = article("It rained.", **facts)
    return Answer("Who?", "answered", evidence=(Evidence(1, one, 0, 10, 0.9),), done=True)


def test_bibtex_has_an_entry_for_each_article_that_is_shown():
    """With its outlet an article, without one something else; in the order of the answer."""
    first, second = (item.article.id[:6] for item in told().evidence[:2])
    assert bibtex(told()).splitlines() == [
        f"@article{{coastal-2025-{first},",
        "  title = {{Lindholm votes}},",
        "  author = {{Ada Holm}},",
        "  journaltitle = {Coastal Post},",
        "  date = {2025-06-03},",
        "  url = {https://coastal.example/votes?id=1&b=2},",
        "  note = {File: 1.txt}",
        "}",
        "",
        f"@misc{{headline-{second},",
        "  title = {{A headline}},",
        "  howpublished = {2.txt},",
        "  note = {File: 2.txt}",
        "}",
    ]


def test_csl_json_has_an_item_for_each_article_that_is_shown():
    """What is not known is left out."""
    first, second = json.loads(csl(told()))
    assert first == {
        "id": f"coastal-2025-{told().evidence[0].article.id[:6]}",
        "type": "article-newspaper",
        "title": "Lindholm votes",
        "author": [{"literal": "Ada Holm"}],
        "container-title": "Coastal Post",
        "issued": {"date-parts": [[2025, 6, 3]]},
        "URL": "https://coastal.example/votes?id=1&b=2",
        "note": "File: 1.txt",
    }
    assert second.keys() == {"id", "type", "title", "note"}


def test_the_agency_is_the_author_where_nobody_signs():
    """As it is printed, not taken apart into names."""
    made = answer(agency="Reuters", source="The Times", language="en")
    assert "author = {{Reuters}}" in bibtex(made) and "@article{times-" in bibtex(made)
    [item] = json.loads(csl(made))
    assert (item["author"], item["language"]) == ([{"literal": "Reuters"}], "en")


def test_what_latex_takes_for_more_than_itself_is_escaped():
    """Every special character, and braces by their names, since BibTeX counts them."""
    made = bibtex(answer(title=r"50% & $3_a #1 {x} \y ~z ^w <b> |c"))
    assert (
        r"title = {{50\% \& \$3\_a \#1 \textbraceleft{}x\textbraceright{} \textbackslash{}y"
        r" \textasciitilde{}z \textasciicircum{}w \textless{}b\textgreater{} \textbar{}c}}"
    ) in made


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_ends_no_entry(text):
    """Braces are even, one field a line, an address only where it is a plain one."""
    made = bibtex(everywhere(text))
    assert made.count("{") == made.count("}") and made.count("\n@") == 0
    assert all(
        re.match(r"@\w+\{[\w-]+,$|  [a-z]+ = \{.*\},?$|\}$", line) for line in made.splitlines()
    )
    assert "url = " not in made and "\x1b" not in made
    [item] = json.loads(csl(everywhere(text)))
    assert "URL" not in item


def test_an_article_is_named_once_and_a_refusal_names_the_nearest():
    """However many of its words are quoted."""
    item = answer(published=TODAY).evidence[0]
    twice = replace(answer(), evidence=(item, replace(item, number=2, start=3)))
    assert len(json.loads(csl(twice))) == bibtex(twice).count("@") == 1
    assert json.loads(csl(Answer("Who?", "not_found", done=True))) == []
    assert bibtex(Answer("Who?", "not_found", done=True)) == ""
