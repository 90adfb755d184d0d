import numpy as np

from uncial.train.alphabet import classes_of, latin, moved
from uncial.train.graph import Layer


def test_the_latin_head_has_what_the_tiny_dictionary_misses():
    assert set("¡„ẞșțȘȚ½€£ßžÞðøłŁ–“”") <= set(latin())


def test_the_latin_head_has_no_other_script_and_each_character_once():
    characters = latin()
    assert len(set(characters)) == len(characters)
    assert not set("жαא中あ") & set(characters)


def test_blank_is_first_and_space_last():
    assert classes_of([" ", "b", "a", "b"]) == ("", "b", "a", " ")


def test_known_characters_keep_their_weights_and_new_ones_start_from_what_they_look_like():
    head = Layer(np.arange(8, dtype=np.float32).reshape(4, 2), np.array([0, 1, -3, 2], np.float32))
    new = moved(head, ("", "ß", "s", " "), ("", "s", "ẞ", "☃", " "))
    assert new.weight.tolist() == [[0, 1], [4, 5], [2, 3], [0, 0], [6, 7]]
    bias = new.bias.tolist()
    assert bias[:2] == [0, -3]
    assert bias[2] < 1, "a new character is not said in the place of the one that it looks like"
    assert bias[3] < -3, "what looks like nothing is said by nobody at first"
