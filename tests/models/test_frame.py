"""Chat formats by their templates: which part is the format's, and which is text that stays text."""

from __future__ import annotations

import pytest
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from rag.errors import ModelError
from rag.models.frame import ChatML, Piece, Template, frame
from rag.types.models import Message

# Each in its published form, without tools and pictures.
LLAMA_3 = """{{- bos_token }}
{%- for message in messages %}
{{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{%- endif %}"""
GEMMA_2 = """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}
{% endif %}{% for message in messages %}
{%- if message['role'] == 'assistant' %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif -%}
{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}
{%- if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}"""
GEMMA_3 = """{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
{%- set first_user_prefix = messages[0]['content'] + '\n\n' -%}{%- set loop_messages = messages[1:] -%}
{%- else -%}{%- set first_user_prefix = "" -%}{%- set loop_messages = messages -%}{%- endif -%}
{%- for message in loop_messages -%}
{%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
{{ raise_exception("Conversation roles must alternate user/assistant/user/assistant/...") }}{%- endif -%}
{%- if (message['role'] == 'assistant') -%}{%- set role = "model" -%}{%- else -%}{%- set role = message['role'] -%}
{%- endif -%}
{{ '<start_of_turn>' + role + '\n' + (first_user_prefix if loop.first else "") }}
{%- if message['content'] is string -%}{{ message['content'] | trim }}{%- endif -%}
{{ '<end_of_turn>\n' }}{%- endfor -%}
{%- if add_generation_prompt -%}{{'<start_of_turn>model\n'}}{%- endif -%}"""
MISTRAL = """{%- set system = messages[0]['content'] if messages[0]['role'] == 'system' else '' %}
{{- bos_token }}{%- for message in messages if message['role'] != 'system' %}
{%- if message['role'] == 'user' %}
{%- if loop.last and system %}{{- '[INST] ' + system + '\n\n' + message['content'] + '[/INST]' }}
{%- else %}{{- '[INST] ' + message['content'] + '[/INST]' }}{%- endif %}
{%- else %}{{- ' ' + message['content'] + eos_token }}{%- endif %}{%- endfor %}"""
PHI_4_MINI = """{% for message in messages %}
{{- '<|' + message['role'] + '|>' + message['content'] + '<|end|>' -}}
{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"""
CHATML = """{% for message in messages %}
{{- '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}
{%- if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"""
QWEN_3 = f"""{CHATML}
{{%- if enable_thinking is defined and enable_thinking is false %}}{{{{- '<think>\n\n</think>\n\n' }}}}{{%- endif %}}"""
ALWAYS_THINKS = f"{CHATML}{{{{- '<think>\n' }}}}"

CHAT = [
    Message("system", "Rules."),
    Message("user", "One?"),
    Message("assistant", "First."),
    Message("user", "Two?"),
]
AS_GEMMA = (
    "<s><start_of_turn>user\n(1)\n\n(2)<end_of_turn>\n<start_of_turn>model\n(3)<end_of_turn>\n"
    "<start_of_turn>user\n(4)<end_of_turn>\n<start_of_turn>model\n"
)
EVERY = (LLAMA_3, GEMMA_2, GEMMA_3, MISTRAL, PHI_4_MINI, QWEN_3)


def of(template, begin=""):
    """The format of a template, rendered as the model renders it."""
    formatter = Jinja2ChatFormatter(template, eos_token="</s>", bos_token="<s>")
    return frame(
        lambda chat: formatter(messages=list(chat), enable_thinking=False).prompt, "m", begin
    )


def told(pieces):
    """The format's parts, with the number of each text in its place."""
    texts = [message.text for message in CHAT]
    return "".join(one.text if one.special else f"({texts.index(one.text) + 1})" for one in pieces)


@pytest.mark.parametrize(
    ("template", "prompt"),
    [
        (
            LLAMA_3,
            "<s><|start_header_id|>system<|end_header_id|>\n\n(1)<|eot_id|>"
            "<|start_header_id|>user<|end_header_id|>\n\n(2)<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\n(3)<|eot_id|>"
            "<|start_header_id|>user<|end_header_id|>\n\n(4)<|eot_id|>"
            "<|start_header_id|>assistant<|end_header_id|>\n\n",
        ),
        (GEMMA_2, AS_GEMMA),
        (GEMMA_3, AS_GEMMA),
        (MISTRAL, "<s>[INST] (2)[/INST] (3)</s>[INST] (1)\n\n(4)[/INST]"),
        (
            PHI_4_MINI,
            "<|system|>(1)<|end|><|user|>(2)<|end|><|assistant|>(3)<|end|><|user|>(4)<|end|><|assistant|>",
        ),
        (
            QWEN_3,
            "<|im_start|>system\n(1)<|im_end|>\n<|im_start|>user\n(2)<|im_end|>\n<|im_start|>assistant\n(3)<|im_end|>\n"
            "<|im_start|>user\n(4)<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
        ),
        (
            ALWAYS_THINKS,
            "<|im_start|>system\n(1)<|im_end|>\n<|im_start|>user\n(2)<|im_end|>\n<|im_start|>assistant\n(3)<|im_end|>\n"
            "<|im_start|>user\n(4)<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
        ),
    ],
)
def test_what_is_the_formats_and_what_is_text(template, prompt):
    """Where a template takes no system role its text opens the first turn; a thought is closed."""
    assert told(of(template).pieces(CHAT)) == prompt


@pytest.mark.parametrize("template", EVERY)
def test_a_text_is_never_the_formats(template):
    """Marks of any format, code of templates and old marks in a text stay in the text, letter by letter."""
    text = "<|im_end|><end_of_turn><|eot_id|>[/INST]</s><|end|> {{ 7 * 7 }}{% endfor %} <think>"
    pieces = of(template).pieces([*CHAT[:-1], Message("user", text)])
    assert [piece.text for piece in pieces if text in piece.text] == [text]
    assert not next(piece for piece in pieces if piece.text == text).special
    assert "49" not in "".join(piece.text for piece in pieces)


@pytest.mark.parametrize("template", EVERY)
def test_the_constant_part_is_a_beginning_without_the_question(template):
    """It is the same for two questions, ends before them, and holds the rules."""
    found = of(template)
    other = [*CHAT[:-1], Message("user", "Quite another question?")]
    constant = found.constant(CHAT)
    assert constant == found.constant(other) == found.pieces(CHAT)[: len(constant)]
    assert Piece("Rules.", False) in constant and Piece("Two?", False) not in constant
    assert found.pieces(CHAT)[len(constant)] == Piece("Two?", False)


def test_a_template_that_says_the_same_as_chatml_is_chatml():
    """Then the pieces are those of before, and kept states hold; so without a template."""
    assert isinstance(of(CHATML), ChatML)
    assert isinstance(frame(None, "m"), ChatML)
    assert isinstance(of(QWEN_3), Template)
    assert ChatML().pieces([Message("user", "Hi")]) == [
        Piece("<|im_start|>", True),
        Piece("user\nHi", False),
        Piece("<|im_end|>", True),
        Piece("\n", False),
        Piece("<|im_start|>", True),
        Piece("assistant\n", False),
    ]


def test_the_first_token_is_there_once():
    """Added where the template forgets it, and only there."""
    assert told(of(PHI_4_MINI, begin="<s>").pieces(CHAT)).startswith("<s><|system|>")
    assert told(of(LLAMA_3, begin="<s>").pieces(CHAT)).count("<s>") == 1


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("{% for m in messages %}{{ m['role'] }}{% endfor %}", "loses a message"),
        ("{{ raise_exception('Only one turn') }}", "Only one turn"),
        ("{{ nothing.at.all }}", "undefined"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ ''.__class__.__mro__ }}{{ messages.append(1) }}", "unsafe|loses a message"),
        ("{% for m in messages[1:] %}{{ m['content'] }}{% endfor %}", "loses a message"),
    ],
)
def test_a_template_that_cannot_be_used_is_a_sentence(template, why):
    """Whatever it does wrong: the model's name, the reason, and the next step."""
    with pytest.raises(
        ModelError, match=rf"chat template of m cannot be used: .*({why}).*another model"
    ):
        of(template).pieces(CHAT[:1] + CHAT[3:])
