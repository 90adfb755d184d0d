from dataclasses import replace

import pytest

from uncial.document import Line, Word
from uncial.engines.auto.vote import least_sure, similarity, vote
from uncial.geometry import Box, Quad


def read(text: str, *sure: float, engine: str = "neural", least: float | None = None) -> Line:
    """A line of words of 10 x 20 pixels a letter, each so sure (the last figure goes for the rest)."""
    words, left = [], 0.0
    for number, part in enumerate(text.split()):
        confidence = sure[min(number, len(sure) - 1)] if sure else 0.99
        quad = Quad.of_box(Box(left, 0, left + 10 * len(part), 20))
        letters = (confidence if least is None else least,) * len(part) if engine == "neural" else ()
        words.append(Word(part, quad, confidence, letters))
        left += 10 * (len(part) + 1)
    return Line(tuple(words), Quad.of_box(Box(0, 0, left, 20)), confidence=0.9, engine=engine)


def other(text: str, *sure: float) -> Line:
    return read(text, *(sure or (0.97,)), engine="tesseract")


def confidences(line: Line) -> list[float]:
    """Of its words, all of which have one."""
    known = [word.confidence for word in line.words if word.confidence is not None]
    assert len(known) == len(line.words)
    return known


def test_where_both_read_the_same_nothing_changes_but_the_confidence():
    line = read("grace be unto you", 0.9)
    voted = vote(line, other("grace be unto you"))
    assert voted.text == line.text
    assert [word.quad for word in voted.words] == [word.quad for word in line.words]
    assert all(after > before for after, before in zip(confidences(voted), confidences(line), strict=True))
    assert voted.engine == "neural+tesseract"


def test_an_unsure_word_gives_way_to_a_sure_one():
    line = read("the surface incréases with time", 0.99, 0.99, 0.55, 0.99)
    assert vote(line, other("the surface increases with time")).text == "the surface increases with time"


def test_a_sure_word_stands_against_another_reader():
    line = read("would you tell us", 0.999)
    assert vote(line, other("wouid you tell us", 0.86)).text == "would you tell us"


def test_a_lost_space_is_put_back_and_the_words_are_where_the_other_reader_saw_them():
    line = read("petaling.57000 and more words", 0.7)
    words = other("petaling. 57000 and more words")
    voted = vote(line, words)
    assert voted.text == words.text
    assert [word.quad for word in voted.words[:2]] == [word.quad for word in words.words[:2]]


def test_a_reader_who_is_lost_in_the_whole_line_is_not_believed_in_a_word():
    line = read("de la commnne voisine", 0.95, 0.95, 0.9, 0.95)
    assert vote(line, other("dela oomrnune vowsme", 0.8)).text == line.text


def test_quotation_marks_and_the_long_s_are_no_dispute():
    line = read('he said "yes" and was wise', 0.9)
    assert vote(line, other("he ſaid “yes” and was wiſe")).text == line.text


def test_a_word_that_is_taken_has_no_long_s_among_letters_that_have_none():
    line = read("gewinnt difes wiederum alles", 0.99, 0.4, 0.99)
    assert vote(line, other("gewinnt dieſes wiederum alles")).text == "gewinnt dieses wiederum alles"


def test_words_that_only_the_other_reader_sees_are_not_added():
    line = read("total amount due today", 0.8)
    assert vote(line, other("| total amount due today |")).text == line.text


def test_words_that_only_the_first_reader_sees_stay():
    line = read("total amount due today", 0.8)
    assert vote(line, other("amount due today")).text == line.text


def test_a_disputed_word_is_less_sure_than_an_agreed_one():
    voted = vote(read("alpha beta gamma delta", 0.95), other("alpha bela gamma delta", 0.5))
    assert [word.text for word in voted.words[:2]] == ["alpha", "beta"]
    alpha, beta, *_ = confidences(voted)
    assert beta < alpha


def test_the_line_is_as_sure_as_its_words_by_their_length():
    voted = vote(read("alpha beta gamma delta", 0.95), other("alpha bela gamma delta", 0.5))
    assert [len(word.text) for word in voted.words] == [5, 4, 5, 5]
    alpha, beta, gamma, delta = confidences(voted)
    assert voted.confidence == pytest.approx((5 * alpha + 4 * beta + 5 * gamma + 5 * delta) / 19)


def test_least_sure_is_the_least_sure_letter():
    line = read("ab cd")
    assert least_sure(replace(line, words=(line.words[0], replace(line.words[1], character_confidences=(0.9, 0.3))))) == 0.3


def test_similarity_is_1_for_the_same_and_less_for_each_difference():
    assert similarity(read("one two"), other("one two")) == 1
    assert similarity(read("one two"), other("one too")) > similarity(read("one two"), other("ona too"))
