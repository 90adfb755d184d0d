import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from own_weights import CARD, cut, latin, noted, own_weights
from prints import Sheet
from recognisers import Says, with_each
from uncial.engines import EngineConfig, letters, load_engine
from uncial.engines.auto import AutoEngine
from uncial.engines.calibration import CURVES, calibrated
from uncial.engines.neural import NeuralEngine
from uncial.engines.neural.alphabet import Alphabet
from uncial.engines.neural.recognise import STRETCH, LineReader, Recogniser
from uncial.engines.neural.weights import LARGEST, OwnWeights
from uncial.errors import LanguageMissing, WeightsInvalid
from uncial.geometry import Box, Quad
from uncial.models import LATIN, MODELS, ModelCard, find_model
from uncial.options import Options

PROSE = "The quick brown fox"
LINE = Sheet(420, 48).put(PROSE, 8, 6, 34).pixels()
PAGE = Sheet(520, 160).column("Grace be unto you,\nand peace.", 40, 30, 36).pixels()


def loaded(**given) -> OwnWeights:
    return OwnWeights.of(own_weights(**given), "mine.onnx")


def recogniser(weights: OwnWeights, *languages: str) -> Recogniser:
    return Recogniser.of_weights(weights, weights.alphabet(languages or ("auto",)))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "mine.onnx"
    path.write_bytes(own_weights())
    return path


# ---- what they read


def test_weights_read_what_the_network_in_them_reads():
    mine = recogniser(loaded()).read(LINE, 1.0)
    usual = Recogniser.load("tiny", Alphabet.of(["auto"]), None).read(LINE, 1.0)
    assert (mine.text, mine.network) == (PROSE, "tiny")
    assert mine.confidences == pytest.approx(usual.confidences, abs=1e-4)


def test_a_file_of_rapidocr_has_characters_and_no_card():
    weights = loaded(card=None)
    assert (weights.name, weights.card) == ("mine", None)
    assert recogniser(weights).read(LINE, 1.0).text == PROSE


@pytest.mark.parametrize("language", ["auto", "en", "de", "fr"])
def test_a_letter_that_they_were_made_for_is_read_whatever_the_language(language: str):
    weights = loaded(called=lambda character: {"q": "ſ", "x": "ꝛ", "&": "q", "+": "x", "ſ": "ĸ"}.get(character, character))
    assert recogniser(weights, language).read(LINE, 1.0).text == "The ſuick brown foꝛ"


def cyrillic(character: str) -> str:
    small = dict(zip("abcdefghijklmnopqrstuvwxyzàáâãäåæ", "абвгдежзийклмнопрстуфхцчшщъыьэюяё", strict=True))
    return small.get(character) or small.get(character.lower(), character).upper()


def test_another_script_is_read_though_the_usual_recognisers_cut_it_away():
    weights = loaded(called=cyrillic)
    assert "ru" in weights.languages
    assert recogniser(weights, "ru").read(LINE, 1.0).text == "".join(map(cyrillic, PROSE))


def test_a_language_whose_letters_they_lack_is_refused_with_what_to_do():
    weights = loaded(characters=tuple(letter for letter in latin() if letter not in "łß"))
    assert {"en", "fr", "cs"} <= set(weights.languages)
    assert {"pl", "de", "ru", "zh"}.isdisjoint(weights.languages)
    with pytest.raises(LanguageMissing, match="“typewriter” do not have the letters of Polish") as caught:
        weights.alphabet(["en", "pl"])
    assert "--weights" in caught.value.hint


def test_a_till_that_prints_capitals_alone_is_read_in_english():
    capitals = tuple(character for character in latin() if not character.islower())
    weights = loaded(characters=capitals)
    assert "en" in weights.languages
    sheet = Sheet(420, 48).put("TOTAL 14.90", 8, 6, 34)
    assert recogniser(weights, "en").read(sheet.pixels(), 1.0).text == "TOTAL 14.90"


def test_a_letter_of_other_languages_has_a_handicap_where_languages_are_named():
    weights = loaded()
    german, nobody = weights.alphabet(["de"]), weights.alphabet(["auto"])
    assert [german.handicap(letter) for letter in "aäſé€"] == [0, 0, 0, 2, 0]
    assert [nobody.handicap(letter) for letter in "aäſé€"] == [0] * 5


def test_ideographs_are_cut_where_languages_are_named_that_have_none():
    weights = loaded(characters=(*latin(), "中", "文"))
    assert {"中", "文"} <= set(recogniser(weights).characters)
    assert {"中", "文"}.isdisjoint(recogniser(weights, "en").characters)


@pytest.mark.parametrize("odd", ["\x07", "\u202e", "", "\x85"])
def test_what_can_be_no_part_of_a_text_is_never_read(odd: str):
    weights = loaded(called=lambda character: odd if character == "q" else character)
    text = recogniser(weights).read(LINE, 1.0).text
    assert "\x07" not in text and "\u202e" not in text
    assert text.split()[0] == "The"


def test_a_class_of_two_characters_is_read_as_both(file: Path, tmp_path: Path):
    path = tmp_path / "two.onnx"
    path.write_bytes(own_weights(lambda character: "qu" if character == "q" else "" if character == "u" else character))
    engine = NeuralEngine(EngineConfig(threads=1, weights=path))
    (line,) = engine.read(np.vstack([np.full_like(LINE, 255), LINE, np.full_like(LINE, 255)]), ["auto"])
    assert "qu" in line.text
    assert all(len(word.character_confidences) in (0, len(word.text)) for word in line.words)


# ---- how sure they are


def test_own_weights_are_believed_as_the_network_is_that_they_were_made_from(file: Path):
    (above, _) = sorted(
        NeuralEngine(EngineConfig(threads=1, weights=file)).read(PAGE, ["en"]), key=lambda line: line.quad.box.top
    )
    word = above.words[0]
    raw = sum(word.character_confidences) / len(word.character_confidences)
    assert word.confidence == pytest.approx(calibrated(raw, CURVES["neural-tiny"]))


@pytest.mark.parametrize("told", [{"name": LATIN}, {"base": LATIN}])
def test_the_recogniser_that_uncial_carries_and_what_is_made_from_it_has_a_name_of_its_own(told: dict[str, str]):
    assert loaded(card=CARD | told).network == "latin"
    assert recogniser(loaded(card=CARD | told)).read(LINE, 1.0).confidence > 0.9


# ---- the engines


@pytest.mark.parametrize("effort", ["fast", "balanced", "best"])
@pytest.mark.parametrize("name", ["neural", "auto"])
def test_all_lines_are_read_by_the_weights_alone_whatever_the_effort(tmp_path: Path, name: str, effort: str):
    path = tmp_path / "mine.onnx"
    path.write_bytes(own_weights(lambda character: {"a": "ſ", "ſ": "a"}.get(character, character)))
    engine = load_engine(name, EngineConfig(threads=1, weights=path))
    lines = sorted(engine.read(PAGE, ["en"], effort), key=lambda line: line.quad.box.top)
    assert [line.text for line in lines] == ["Grſce be unto you,", "ſnd peſce."]
    assert {line.engine for line in lines} == {"neural"}


def test_a_recogniser_that_is_alone_looks_at_no_line_twice_in_the_same_way():
    alone = Says(with_each("word", (0.7, 0.95, 0.95, 0.95)))
    reader = LineReader(alone, alone)  # type: ignore[arg-type]
    reader.read(LINE, Quad.of_box(Box(0, 0, 420, 48)), "balanced")
    assert alone.stretches == [STRETCH, 1.0, 1.2]


@pytest.mark.parametrize("kind", [NeuralEngine, AutoEngine])
def test_the_name_card_tells_the_languages_of_the_weights(tmp_path: Path, kind: type[NeuralEngine] | type[AutoEngine]):
    path = tmp_path / "mine.onnx"
    path.write_bytes(own_weights(cyrillic))
    engine = kind(EngineConfig(threads=1, weights=path))
    assert "ru" in engine.info.languages and "ro" not in engine.info.languages
    assert "ru" not in NeuralEngine.info.languages
    with pytest.raises(LanguageMissing):
        engine.read(PAGE, ["en"])


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_a_page_is_made_upright_as_without_weights(file: Path, tmp_path: Path, quarters: int):
    path = tmp_path / "digits.onnx"
    path.write_bytes(own_weights(characters=tuple("0123456789")))
    page = Sheet(900, 600).column(
        "Grace be unto you, and peace,\nfrom God our Father, and from\nthe Lord of lords.\n" * 3, 60, 40, 40
    )
    turned = np.ascontiguousarray(np.rot90(page.pixels(), quarters))
    assert NeuralEngine(EngineConfig(threads=1, weights=path)).quarter_turns(turned) == quarters


# ---- the recogniser of our own


def test_what_uncial_carries_itself_is_found_beside_its_own_modules():
    carried = ModelCard("letters", "recogniser", "", "uncial", "uncial/engines/letters.npz", "0" * 64)
    assert find_model(carried) == Path(letters.__file__).with_suffix(".npz")


@pytest.fixture
def latin_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder with another recogniser of our own, and a table that knows it."""
    data = own_weights(lambda character: {"q": "ſ", "ſ": "q"}.get(character, character), card=CARD | {"name": LATIN})
    card = ModelCard(LATIN, "recogniser", "Ours.", "uncial", "uncial/nowhere.onnx", hashlib.sha256(data).hexdigest())
    monkeypatch.setitem(MODELS, LATIN, card)
    (tmp_path / card.file_name).write_bytes(data)
    return tmp_path


def test_our_own_recogniser_reads_latin_script_first(latin_shipped: Path):
    first = Recogniser.first(Alphabet.of(["en"]), latin_shipped)
    reading = first.read(LINE, 1.0)
    assert (reading.network, reading.text) == ("latin", PROSE.replace("q", "ſ"))
    assert Recogniser.first(Alphabet.of(["en", "zh"]), latin_shipped).size == "tiny"
    reader = LineReader.load(Alphabet.of(["de"]), latin_shipped)
    assert (reader.fast.size, reader.careful.size) == ("latin", "small")


def test_how_a_page_lies_is_still_told_by_the_tiny_one(latin_shipped: Path):
    engine = NeuralEngine(EngineConfig(threads=1, models=latin_shipped))
    assert engine._orientation.fast.size == "tiny"
    assert engine._reader(engine._alphabet(Options().languages)).fast.size == "latin"


# ---- files that are no weights


def refused(data: bytes) -> WeightsInvalid:
    with pytest.raises(WeightsInvalid, match=r"^bad\.onnx cannot be read with\. ") as caught:
        OwnWeights.of(data, "bad.onnx")
    assert caught.value.hint
    return caught.value


def changed(change: Callable[[onnx.ModelProto], object], data: bytes | None = None) -> bytes:
    proto = onnx.load_from_string(data or own_weights())
    change(proto)
    made: bytes = proto.SerializeToString()
    return made


@pytest.mark.parametrize("length", [0, 1, 7, 1000, 100_000, 900_000])
def test_a_file_that_was_cut_off_is_refused(length: int):
    refused(own_weights()[:length])


@pytest.mark.parametrize("data", [b"PK\3\4 a ZIP", b"%PDF-1.7", b"\x80\x04pickle", bytes(range(256)) * 50, b"\x08\x07" * 999])
def test_another_file_is_refused(data: bytes):
    refused(data)


def test_damage_anywhere_is_refused_or_harmless():
    whole = own_weights()
    random = np.random.default_rng(5)
    for _ in range(25):
        data = bytearray(whole)
        for place in random.integers(0, len(data), 200):
            data[place] = random.integers(0, 256)
        try:
            OwnWeights.of(bytes(data), "bad.onnx")
        except WeightsInvalid as error:
            assert error.hint


def test_a_file_that_is_too_large_is_refused_without_being_read_whole(tmp_path: Path):
    path = tmp_path / "large.onnx"
    with path.open("wb") as file:
        file.truncate(LARGEST * 5)
    with pytest.raises(WeightsInvalid, match="more than 200,000,000 bytes"):
        OwnWeights.load(path)


def test_a_file_that_is_not_there_or_is_a_folder_is_told(tmp_path: Path):
    for path in (tmp_path, tmp_path / "none.onnx"):
        with pytest.raises(WeightsInvalid, match="cannot be read:"):
            load_engine("neural", EngineConfig(weights=path))


def test_a_network_without_its_characters_is_refused_with_what_to_take_instead():
    error = refused(noted(cut(latin()), {}))
    assert "metadata “character”" in error.message
    assert "uncial train export" in error.hint


@pytest.mark.parametrize("count", [0, 1, 500])
def test_characters_that_are_not_as_many_as_classes_are_refused(count: int):
    assert "classes" in refused(noted(cut(latin()), {"character": "\n".join("x" * count)})).message


@pytest.mark.parametrize("card", ["", "{", "[]", "3", "[" * 100_000, '"' * 3])
def test_a_card_that_is_no_object_is_refused(card: str):
    assert "card" in refused(noted(own_weights(), {"character": "\n".join(latin()), "uncial.card": card})).message


def test_weights_that_lie_in_another_file_are_refused(tmp_path: Path):
    def elsewhere(proto: onnx.ModelProto) -> None:
        tensor = proto.graph.initializer[0]
        tensor.ClearField("raw_data")
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="/etc/hostname")

    assert "other files" in refused(changed(elsewhere)).message


def test_constants_within_nodes_that_lie_in_another_file_are_refused():
    def elsewhere(proto: onnx.ModelProto) -> None:
        tensor = TensorProto(name="far", data_type=1, dims=[1], data_location=TensorProto.EXTERNAL)
        tensor.external_data.add(key="location", value="/etc/hostname")
        proto.graph.node.insert(0, helper.make_node("Constant", [], ["far"], value=tensor))

    assert "other files" in refused(changed(elsewhere)).message


def test_a_loop_that_need_not_end_is_refused_and_never_begun():
    def loop(proto: onnx.ModelProto) -> None:
        body = helper.make_graph([], "body", [], [])
        proto.graph.node.insert(0, helper.make_node("Loop", ["", ""], ["for ever"], body=body))

    assert "graphs within its graph" in refused(changed(loop)).message


def test_a_graph_that_goes_round_in_a_circle_is_refused():
    def circle(proto: onnx.ModelProto) -> None:
        ends = [helper.make_node("Identity", ["b"], ["a"]), helper.make_node("Identity", ["a"], ["b"])]
        proto.graph.node.extend(ends)
        proto.graph.output[0].name = "a"

    assert "not in order" in refused(changed(circle)).message


def test_weights_that_became_no_numbers_are_refused():
    def diverged(proto: onnx.ModelProto) -> None:
        bias = next(tensor for tensor in proto.graph.initializer if tensor.dims == [len(latin()) + 2])
        nothing = np.full(len(latin()) + 2, np.nan, np.float32)
        bias.CopyFrom(numpy_helper.from_array(nothing, bias.name))

    assert "no probabilities" in refused(changed(diverged)).message


def head(entry: list[int | str], classes: int = 4) -> bytes:
    """A network of a last layer alone, that takes arrays of some shape."""
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["product"]),
        helper.make_node("Add", ["product", "b"], ["sum"]),
        helper.make_node("Softmax", ["sum"], ["y"], axis=-1),
    ]
    graph = helper.make_graph(
        nodes,
        "head",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, entry)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [
            numpy_helper.from_array(np.zeros((96, classes), np.float32), "w"),
            numpy_helper.from_array(np.zeros(classes, np.float32), "b"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    return noted(model.SerializeToString(), {"character": "\n".join("ab")})


@pytest.mark.parametrize("entry", [["n", "width"], ["n", 3, 48, "width"], ["n", 1, 32, "width"], [1, 3, 48, 320]])
def test_a_network_that_takes_or_gives_something_else_is_refused(entry: list[int | str]):
    refused(head(entry))


def test_every_message_names_the_file_and_fits_a_line():
    for data in (b"", noted(cut(latin()), {}), head(["n", "width"])):
        assert "\n" not in refused(data).message


def test_what_the_card_calls_them_is_what_messages_call_them():
    assert loaded(card={"name": "a\x1b[31mb"}).name == "a[31mb"
    assert json.dumps(dict(loaded().card or {}), sort_keys=True) == json.dumps(CARD, sort_keys=True)
