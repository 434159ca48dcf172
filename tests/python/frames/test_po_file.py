"""Files of translations."""

from __future__ import annotations

import pytest

from sojourn._frames.po_file import parse, read_texts

HEAD = 'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n\n'


def test_texts_go_on_over_lines_and_the_head_is_no_text() -> None:
    found = parse(HEAD + '# a comment\nmsgid "one "\n"two"\nmsgstr "一"\n"二 \\"x\\""\n')
    assert found.one == {"one two": '一二 "x"'} and not found.counted


def test_counted_texts_have_the_forms_of_their_language() -> None:
    found = parse('msgid "{n} cat"\nmsgid_plural "{n} cats"\nmsgstr[0] "{n} a"\nmsgstr[1] "{n} b"\n')
    assert found.counted == {"{n} cat": ["{n} a", "{n} b"]} and found.plurals == {"{n} cat": "{n} cats"}


def test_a_text_without_translation_is_not_there() -> None:
    assert parse('msgid "a"\nmsgstr ""\n\nmsgid "b"\nmsgstr "c"').one == {"b": "c"}


def test_english_has_no_file() -> None:
    assert not read_texts("en").one and read_texts("zh").one


def test_two_translations_of_one_text_are_refused_also_in_two_files() -> None:
    with pytest.raises(ValueError, match="'a' is translated twice"):
        parse(HEAD + 'msgid "a"\nmsgstr "b"\n' + HEAD + 'msgid "a"\nmsgstr "c"\n')
