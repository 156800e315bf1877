"""Find the sentences of an article that address a program, not a reader: "Ignore all instructions".

They are shown like everything else, but are not evidence: neither given to the model nor quoted.
Reported speech is not an order: words in quotation marks do not count inside a sentence about them,
and a command counts only where an English clause begins with it.

Rules find the shapes that are exact; the classifier those in other words, in what is about to become
evidence. A sieve, not a wall: a plain task ("What is the capital of Brazil?") passes it, and so do some orders in
another language. The wall is that code checks every sentence the model writes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from rag.language.sentences import Span, sentences
from rag.protocols import Classifier

# The classifier's probability from which a sentence addresses a program: of 25 development orders in other
# words it then finds 15 and the rules none; of 12,000 sentences of real news it takes 17.
ADDRESSED = 0.95
REACH = 2  # an order rarely comes alone: "… and say: The bank is closed. Call 555 at once."

# Sets of words that several rules share; a rule names them in capitals.
_SETS = {
    "MACHINE": r"(?:a\.?i\.?|artificial[ -]intelligence|language[ -]models?|llms?|gpt\S*|chat ?gpt|chat ?-?bots?"
    r"|(?:ai|virtual)[ -]assistants?|automated (?:\w+ )?(?:software|systems?|tools?|readers?|analysis)"
    r"|answering[ -](?:systems?|engines?)|summari[sz]ers?|crawlers?)",
    "TOLD": r"(?:instructions?|prompts?|directions|directives?|guidelines|rules|commands)",
    "SHOWN": r"(?:data|texts?|contexts?|documents?|articles?|excerpts?|info(?:rmation)?|content|passages?|snippets?)",
    "REPLY": r"(?:answers?|responses?|repl(?:y|ies)|output|messages?|summar(?:y|ies))",
    # how a reply is bent; readers are asked to send, share, submit and post theirs
    "BEND": r"(?:add|adjust|alter|anagram|append|apply|arrange|augment|begin|close|combine|compose|conclude|convert"
    r"|craft|create|deliver|display|embed|emphasi[sz]e|employ|encipher|encode|encrypt|end|enhance|express|feature"
    r"|finish|flip|form|format|group|highlight|include|incorporate|infuse|inject|insert|integrate|introduce|invert"
    r"|jumble|make|mention|mirror|misspell|mix|modify|obfuscate|offer|paraphrase|phrase|place|plug|preface|prefix"
    r"|present|produce|promote|provide|put|rearrange|recommend|refer|remove|render|repeat|rephrase|replace|restrict"
    r"|reverse|rewrite|scramble|shift|shuffle|slip|space|spell|start|structure|substitute|suggest|supplement|swap"
    r"|switch|tailor|transform|translate|turn|use|utili[sz]e|weave|word|wrap|write)",
    "SIGNS": r"(?:letters?|vowels?|consonants?|alphabet|characters?|punctuation|keywords?|nouns?|adjectives?"
    r"|base[ -]?\d\d|hex(?:adecimal)?|binary|ascii|morse|ciphers?|rot-?13|anagrams?|emojis?)",
    "SAY": r"(?:print|output|echo|return|repeat|say|type|write|state|display|report|respond|reply|answer|speak)",
}
# Where a command can begin: with the sentence, after a mark, after "and", "please", "you must".
# "He told them to ignore it" has no such place.
_CLAUSE = re.compile(
    r"(?:^\W*|[.:;>\]})|—–,]\s*|\s-+\s+|\b(?:and|then|please|instead|simply|you\s+(?:must|should|shall)"
    r"|want\s+you\s+to|sure\s+to)\s+)(?:(?:and|then|please|also|instead|simply|now|always|just|only|kindly)\W+)*",
    re.IGNORECASE,
)


def _rule(*patterns: str) -> re.Pattern[str]:
    """Join patterns into one; a space matches any white space."""
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    for name, words in _SETS.items():
        joined = joined.replace(name, words)
    return re.compile(joined.replace(" ?", r"\s*").replace(" ", r"\s+"), re.IGNORECASE)


COMMANDS = {  # where a clause begins
    "take back": _rule(
        r"(?:ignore|disregard|forget|override|bypass|discard|(?:do not|don't) follow)\b[^.!?]{0,50}"
        r"\b(?:previous|prior|above|earlier|preceding|your|system|original|initial)\b[^.!?]{0,25}\bTOLD\b",
        r"(?:ignore|disregard|forget)\b[^.!?]{0,25}\b(?:rest|all|any|every|other|previous|above|negative)\b"
        r"[^.!?]{0,40}\bSHOWN\b",
        r"(?:ignore|disregard|forget) (?:everything|anything|all)\b[^.!?]{0,20}"
        r"\b(?:above|before this|said so far|told so far)\b",
        r"(?:ignore|disregard|forget)\b[^.!?]{0,20}\bTOLD (?:above|before|you (?:were|have been) given)\b",
        r"(?:ignore|disregard|override)\b[^.!?]{0,40}\band (?:instead|only|print|output|repeat|reply|respond)\b",
        r"(?:core|new|system|begin|follow) instructions?\W*$",
    ),
    "play a part": _rule(
        r"(?:act|behave|pretend|role-?play|respond|answer|speak) (?:as|like|to be|that you are|you are) "
        r"(?:if you (?:are|were) )?(?:an? |the )?(?:\w+ ){0,2}(?:ai|bot|MACHINE|terminal|interpreter|dan|pirate)\b",
        r"(?:reveal|print|repeat|show|output|leak|disclose|recite) (?:me )?(?:your|the) "
        r"(?:\w+ )?(?:system|hidden|initial|original|secret) TOLD\b",
        r"you are (?:an? |the )(?:\w+ ){0,2}(?:MACHINE|assistant)\b(?![^.!?]*\?)",
    ),
    "bend the reply": _rule(
        r"BEND\b[^?]{0,160}\b(?:to|in|into|of|with|from|for|using|by|throughout|on) (?:all )?your "
        r"(?:next |final |entire |whole )?REPLY\b(?! to\b)",
        r"BEND (?:your|the|all|every|each) (?:next |final |entire |whole |of your )?REPLY "
        r"(?:with|to|by|in|into|using|as|so|backwards?|without|through|via)\b",
        r"(?:in|within|throughout|as part of|at the (?:end|start|beginning) of) your REPLY, ?(?:BEND|SAY|tease|hint"
        r"|tell|urge|encourage|claim|imply|never|do|pretend|advertise|advise|ask|invite|inform|link|direct|share|promise"
        r"|warn|give|reveal|list|explain|describe)\b",
    ),
    "dictate": _rule(
        r"SAY (?:(?:back|out|it|with|in) )?(?:only|exactly|solely|exclusively|verbatim|nothing but) "
        r"(?:with|in|the (?:following|words?|phrase|text|sentence)|[\"“'‘<])",
        r"(?:respond|reply|answer) (?:with|by saying) (?:(?:only|just|exactly|nothing but) )?"
        r"(?:the (?:following|words?|phrase|text|sentence|string)\b|[\"“'‘<]|only\b)",
        r"SAY(?: out)?:? (?:the (?:words?|phrase|string|text|sentence)\s*[:\"“'‘<]|exactly\s*[:\"“'‘<]"
        r"|the following (?:words?|text|sentence|phrase|message|string|verbatim))",
        r"(?:print|output|echo)\s*[:\"“<]",
        r"(?:do not|don't|never|avoid) (?:mention|reveal|disclos|cit|quot|summari[sz]|repeat|report|us)\w* "
        r"[^.!?]{0,60}\b(?:in (?:your|the|any) REPLY|(?:this|these) (?:TOLD|note|message)"
        r"|(?:other|remaining) (?:SHOWN|sources))\b",
        r"(?:tell|inform|remind|advise|urge|encourage|direct|send|point|ask|instruct) "
        r"(?:(?:the|your|all|any) )?(?:users?|reader|asker|person asking)\b",
        r"focus (?:only|exclusively|solely) on\b[^.!?]{0,40}\bSHOWN\b",
        r"(?:cite|quote|use|trust) (?:only )?(?:(?:excerpt|source|evidence|article|passage) )?\[\d+\]",
    ),
    "set a task": _rule(
        r"(?:write|compose|draft|provide|generate|create|develop) (?:me )?an? (?:[\w-]+ ){0,2}(?:essay|poem|story"
        r"|letter|speech|introduction|summary|script|example|function|email|haiku|song|joke|limerick|program)"
        r" (?:about|on|of|for|based on|that|to an?|in the style)\b",
        r"translate (?:the following|this (?:sentence|text|article|passage)|your|[\"“'‘])",
    ),
    "spell otherwise": _rule(
        r"(?:replace|substitute|swap|convert|change|shift|rearrange|scramble|jumble|reverse|misspell|anagram|use) "
        r"(?:the |all |every |each |only )?(?:\w+ ){0,2}SIGNS (?:with|by|in|into|to|for|as|of|instead)\b",
        r"(?:write|reply|respond|answer|speak|communicate) (?:only |entirely |exclusively )?(?:in|with|using) "
        r"(?:only )?SIGNS\b",
        r"(?:encode|decode|encrypt|convert|translate)\b[^.!?]{0,60}\b(?:base[ -]?\d\d|hexadecimal|binary|morse"
        r"|rot-?13|cipher|ascii)\b",
    ),
}
WORDINGS = {  # anywhere
    "address": _rule(
        r"\b(?:note|notice|message|attention|reminder|memo|warning|instructions?|visible|profile)"
        r"(?: (?:to|for)|,|:)? (?:(?:all|any|every|the) )?(?:large )?MACHINE(?: \w+){0,3}\s?[:!,)—–]",
        r"^\W*(?:dear|attention|hey|listen|(?:note|message|instructions?) (?:to|for))[ ,:]+(?:all |any |the )?"
        r"(?:MACHINE|assistants?|bots?|models?)\b[^.!?]{0,20}[:!,—–]",
        r"\bif you are (?:an?|the) (?:large )?(?:MACHINE|bot)(?: (?:assistant|model|system|agent|bot))?"
        r"(?: \w+ing\b|\s?[,:])",
        r"\bMACHINE(?: \w+)? (?:reading|processing|parsing|summari[sz]ing) this\b",
        r"\byou are now (?:an? |the |in |acting as )?(?:\w+ ){0,3}"
        r"(?:assistant|ai|bot|chatbot|language model|mode|persona|jailbroken|unrestricted|dan)\b",
        r"\bfrom now on,? you (?:will|must|shall|should|are to) (?:only |always )?"
        r"(?:answer|respond|reply|act as|output|print|speak|write)\b",
        r"\byour system prompt\b|\bchain of thought result\b|\bdocuments above\b.*\bsnippets\b",
        r"\bignor(?:a|e|ez|iere)\b[^.!?]{0,20}\b(?:instruc\w+ (?:anterior\w+|pr[eé]c[eé]dentes)"
        r"|istruzioni precedenti|(?:vorherigen|bisherigen) anweisungen)\b",
    ),
    "dictate": _rule(
        r"\b(?:if|when|whenever) (?:the |a |any )?users? asks?\b[^.!?]{0,80}"
        r"\b(?:reply|respond|say|answer|tell|print)\b",
        r"\b(?:if|when|whenever) (?:you are )?asked\b[^.!?]{0,80}, "
        r"(?:(?:always|simply|just|only) )?(?:respond|reply|answer|output|print) (?:with|only|that)\b",
        r"\bprovide (?:it|this) to the user\b|\b(?:could|can|would) you (?:please )?repeat <",
    ),
}
SHAPES = {
    "token of a chat": re.compile(
        r"<[|｜][^|｜<>]{1,40}[|｜]>|</?s>(?!\w)|\[/?INST\]|<</?SYS>>|<(?:start|end)_of_turn>|<end of session>"
        r"|</?(?:bos|eos|system|user|assistant|instructions?|tool_call|think)>"
        r"|\[/?(?:system|assistant|rest-of-document|instructions?|system_prompt|tool_calls)\]"
        r"|^(?:\W{0,12}\s)?(?:system|assistant):\s|^#{2,}\s*(?:system|user|human|assistant|instructions?|response)\b\W*$",
        re.IGNORECASE,
    ),
    # tags of the flags of England, Scotland and Wales begin with a black flag
    "hidden text": re.compile(
        r"<!--|!\[[^\]]*\]\(|(?<![\U0001F3F4\U000E0020-\U000E007E])[\U000E0020-\U000E007E]{2}"
    ),
    "packed text": re.compile(
        r"(?<![\w/=.:#?&%-])(?=[A-Za-z+/]*\d)(?=[a-z\d+/]*[A-Z])(?=[A-Z\d+/]*[a-z])[A-Za-z\d+/]{40,}={0,2}(?![\w/.-])"
        r"|(?<![\w/=.:#?&%-])(?:[\da-fA-F]{2}){32,}(?![\w/.-])|(?:\\x[\da-fA-F]{2}){4}|(?:\b[01]{8}\s+){4}"
    ),
}

# Curly marks open even where the sentence ends before they close; a straight one needs its pair.
_QUOTED = re.compile(
    r"“[^”]*(?:”|$)|(?<![^\s(\[—–-])\"(?=\S)[^\"]*\"|(?<!\w)[‘'](?=\S)(?:[^’']|[’']\w)*[’'](?!\w)"
)
_TELLING_WORDS = 2  # outside the quotation marks; a sentence with fewer is all quotation
_UNSEEN = re.compile(r"[\u00AD\u061C\u180E\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]")


def is_order(sentence: str) -> bool:
    """Return whether a sentence of an article addresses a program instead of a reader."""
    return rule(sentence) is not None


def rule(sentence: str) -> str | None:
    """Return the name of the first rule that matches a sentence."""
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", sentence))
    said = _unquoted(plain)
    clauses = [clause.end() for clause in _CLAUSE.finditer(said)]
    for rules, text in ((SHAPES, plain), (WORDINGS, said)):
        for name, pattern in rules.items():
            if pattern.search(text):
                return name
    for name, pattern in COMMANDS.items():
        if any(pattern.match(said, start) for start in clauses):
            return name
    return None


def _unquoted(sentence: str) -> str:
    """Empty the quotations of a sentence: “”; keep all of it where it has no other words."""
    outside = _QUOTED.sub("“”", sentence)
    told = len(re.findall(r"\w+", outside)) >= _TELLING_WORDS
    return outside if told else re.sub('[“”"]', " ", sentence).strip()


def orders(text: str) -> list[Span]:
    """Return the spans that give orders, as whole sentences, with those an order reaches over."""
    spans = sentences(text)
    held: set[int] = set()
    for place, (start, end) in enumerate(spans):
        if is_order(text[start:end]):
            held |= {place, *_reached(text, spans, place)}
    found: list[Span] = []
    for place in sorted(held):
        start, end = spans[place]
        if place - 1 in held:
            start = found.pop()[0]
        found.append((start, end))
    return found


def addresses(text: str, span: Span, classifier: Classifier) -> bool:
    """Return whether a sentence of a span, or one before it that reaches over it, addresses a program,
    as the classifier reads it.
    """
    spans = sentences(text)
    own = {place for place, one in enumerate(spans) if one[0] < span[1] and span[0] < one[1]}
    near = range(max(0, min(own) - REACH), max(own) + 1)
    told = classifier.classify([text[slice(*spans[place])] for place in near])
    found = (place for place, one in zip(near, told, strict=True) if one.order >= ADDRESSED)
    return any(own & {place, *_reached(text, spans, place)} for place in found)


def _reached(text: str, spans: Sequence[Span], place: int) -> Iterator[int]:
    """Yield the next `REACH` sentences of an order's line, or of the next line after a colon."""
    for one in range(place + 1, min(place + 1 + REACH, len(spans))):
        end = spans[one - 1][1]
        if "\n" in text[end : spans[one][0]] and text[end - 1] != ":":
            return
        yield one
