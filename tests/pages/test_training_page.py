"""The training room: what it asks, queues, shows, and lets nobody but the owner do."""

import json
import shutil
import struct
from dataclasses import replace

import numpy as np
import pytest
from handwritten import as_sent, on_canvas
from handwritten import strokes as strokes_of
from visiting import Visitor

from model.base.errors import UserError
from model.data import datasets
from model.data.datasets import SMALL, Dataset, Digits
from model.experiments.designs import DESIGNS, Design
from model.experiments.events import TrainingEvent
from model.experiments.presets import PRESETS
from model.experiments.recipes import Recipe, augmentation_of
from model.handwriting import hand
from model.inference.catalogue import SHIPPED, open_network
from model.inference.finding import read_digit
from model.pixels.decoding import decode as decode_picture
from model.pixels.preprocessing import preprocess_picture
from model.runs import control, results, store
from pages import services
from pages.training import training_texts
from pages.training.runs import watch_state
from pages.visitor.links import decode

N = 300
PLAIN = Recipe(epochs=2, averaging=0, synthetic=0, outliers=0, generated=0, digits=500)


class Trainer(Visitor):
    """A visitor of the training room."""

    def __init__(self, **options):
        super().__init__(**options)
        self.turn_to("train.py")

    def room(self, name):
        self.app.button_group(key="form_room").set_value(name)
        self.look()

    def watches(self, run_id):
        self.app.query_params["run"] = run_id
        self.look()

    def texts(self):
        return [each.value for each in (*self.app.markdown, *self.app.caption, *self.app.info)]

    def link(self):
        """Give the address's parameters."""
        return {name: "".join(value) for name, value in self.app.query_params.items()}

    def matrix(self):
        """Read the head and the body of the confusion matrix's frame."""
        frame = self.component("confusion_digits").bytes
        (length,) = struct.unpack_from("<I", frame)
        return json.loads(frame[4 : 4 + length]), frame[4 + length :]


@pytest.fixture(autouse=True)
def room(tmp_path, monkeypatch):
    """A home of its own, in which nothing trains what is queued."""
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path / "home"))
    services.dispatcher.cache_clear()
    yield
    services.dispatcher.cache_clear()


@pytest.fixture
def mnist(tmp_path, monkeypatch):
    """A data set that is named as MNIST."""
    pixels, labels = hand.digits(N, seed=4)
    path = tmp_path / "mnist.npz"
    np.savez(path, x_train=pixels, y_train=labels, x_test=pixels, y_test=labels)
    monkeypatch.setenv("CONVSCOPE_MNIST", str(path))
    return path


@pytest.fixture
def without_mnist(tmp_path, monkeypatch):
    monkeypatch.delenv("CONVSCOPE_MNIST", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))


@pytest.fixture
def visitor(mnist):
    return Trainer()


def finished(owner, mnist, title="Finished", recipe=PLAIN):
    """A training that is over, with results and a network."""
    run = store.create(
        store.RunRequest(Design("tiny"), recipe, source=str(mnist)), owner=owner, title=title
    )
    _name, test = datasets.load_test(str(mnist))
    rng = np.random.default_rng(1)
    logits = 4 * np.eye(10)[test.labels] + rng.normal(0, 2, (N, 10))
    results.write(run.folder, Dataset("Ours", test, test), str(mnist), logits)
    for suffix in (".keras", ".onnx", ".json"):
        shutil.copy(SHIPPED / f"default{suffix}", run.folder / f"{run.request.network_id}{suffix}")
    return run.write_status(state=store.DONE)


def mine(visitor):
    return store.listings(visitor.owner)


# Experiments


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.id)
def test_an_experiment_asks_first_and_tells_only_then_what_to_expect(visitor, preset):
    visitor.app.button_group(key="form_experiment").set_value(preset.id)
    visitor.look()
    assert [each.value for each in visitor.app.subheader] == [preset.question]
    assert "Train and see" not in visitor.labels()
    assert not any(preset.expect in text for text in visitor.texts())
    visitor.press(preset.answers[0])
    assert any(preset.expect in text for text in visitor.texts())
    assert "Train and see" in visitor.labels()


def test_the_first_guess_counts(visitor):
    preset = PRESETS[0]
    visitor.press(preset.answers[0])
    visitor.press(preset.answers[preset.right])
    assert any("Not quite. Here is what happens:" in text for text in visitor.texts())


def test_an_experiment_that_is_started_waits_as_one_race_and_is_shown(visitor):
    preset = next(each for each in PRESETS if each.id == "overfitting")
    visitor.app.button_group(key="form_experiment").set_value(preset.id)
    visitor.look()
    visitor.press(preset.answers[0])
    visitor.press("Train and see")
    queued = mine(visitor)
    assert sorted(run.title for run in queued) == sorted(plan.title for plan in preset.plans)
    assert {(run.status.state, run.request.preset, run.request.time_limit) for run in queued} == {
        (store.QUEUED, preset.id, 600.0)
    }
    assert len({run.request.group for run in queued}) == 1
    assert visitor.titles() == [preset.title]
    given = visitor.given("training_watch")["runs"]
    assert [each["title"] for each in given] == [plan.title for plan in preset.plans]


def test_one_leaves_a_training_and_finds_it_again_while_it_is_unfinished(visitor):
    preset = PRESETS[0]
    visitor.press(preset.answers[0])
    visitor.press("Train and see")
    (run,) = mine(visitor)
    visitor.press("Training room")
    assert visitor.titles() == ["Train a network and watch it learn"]
    assert "run" not in visitor.link()
    visitor.press("Watch")
    assert visitor.titles() == [preset.title]
    assert visitor.link()["run"] == run.id


def test_a_second_training_of_the_same_visitor_is_refused_in_a_sentence(visitor):
    visitor.press(PRESETS[0].answers[0])
    visitor.press("Train and see")
    other = Trainer()
    other._cookies = visitor._cookies
    other.look()
    other.press(PRESETS[0].answers[0])
    other.press("Train and see")
    (sentence,) = other.refusals()
    assert sentence.endswith(".")
    assert len(mine(visitor)) == len(PRESETS[0].plans)


def test_a_training_that_goes_on_is_offered_to_be_watched(visitor):
    visitor.press(PRESETS[0].answers[0])
    visitor.press("Train and see")
    del visitor.app.query_params["run"]
    visitor.look()
    assert any("is waiting" in text for text in visitor.texts())


# The form


def test_the_form_shows_every_layer_with_its_shape_and_parameters(visitor):
    visitor.room("own")
    shown = visitor.given("layer_builder")
    assert shown["rows"][0]["name"] == "conv1"
    assert shown["rows"][-1]["shape"] == [10]
    assert not shown["editable"]


def test_one_entry_among_the_designs_is_all_that_a_new_network_needs(visitor, monkeypatch):
    monkeypatch.setitem(DESIGNS, "shallow", ({"kind": "conv", "filters": 3, "kernel_size": 9},))
    visitor.room("own")
    visitor.app.selectbox(key="form_network").select("shallow")
    visitor.look()
    assert visitor.given("layer_builder")["rows"][0]["shape"] == [20, 20, 3]
    visitor.press("Start training")
    (run,) = mine(visitor)
    assert (run.request.design.architecture, run.title) == ("shallow", "shallow")


def own(visitor, layers):
    """Send layers that were put together in the builder."""
    visitor.room("own")
    visitor.app.selectbox(key="form_network").select("own")
    visitor.look()
    visitor.send("layer_builder", layers=layers)
    return visitor.given("layer_builder")


def test_layers_that_a_visitor_put_together_are_trained_as_they_are(visitor):
    layers = [
        {"kind": "conv", "filters": 8, "kernel_size": 5, "activation": "relu"},
        {"kind": "batch_normalization"},
        {"kind": "dense", "units": 16, "activation": "tanh"},
    ]
    shown = own(visitor, layers)
    assert [row["shape"] for row in shown["rows"]][:2] == [[24, 24, 8], [24, 24, 8]]
    assert [row["spec"] for row in shown["rows"]] == [0, 1, None, 2, None]
    visitor.press("Start training")
    (run,) = mine(visitor)
    assert list(run.request.design.layers) == layers


def test_a_layer_that_cannot_be_is_marked_and_said_why_and_cannot_be_started(visitor):
    pool = {"kind": "max_pool", "pool_size": 4}
    shown = own(visitor, [pool, pool, pool, pool])
    assert [row.get("refused", False) for row in shown["rows"]] == [False, False, True, False]
    assert shown["rows"][2]["shape"] is None
    (sentence,) = visitor.refusals()
    assert "4 × 4" in sentence
    (start,) = [each for each in visitor.app.button if each.label == "Start training"]
    assert start.disabled


@pytest.mark.parametrize(
    "layers",
    [
        [{}],
        [{"kind": "conv"}],
        [{"kind": 7}],
        [{"kind": "conv", "filters": "many", "kernel_size": 3}],
        [{"kind": "dense", "units": 10**9}],
        [{"kind": "conv", "filters": 8, "kernel_size": 3}] * 200,
        [{"kind": "residual", "layers": 7}],
    ],
)
def test_layers_that_no_builder_would_send_are_refused_in_a_sentence(visitor, layers):
    own(visitor, layers)
    (sentence,) = visitor.refusals()
    assert sentence.endswith(".")


@pytest.mark.parametrize("layers", [None, 7, "conv", [1, 2], {"kind": "conv"}])
def test_what_is_no_list_of_layers_changes_nothing(visitor, layers):
    before = own(visitor, [{"kind": "dense", "units": 16}])
    assert own(visitor, layers)["rows"] == before["rows"]


def test_what_was_typed_is_still_there_after_another_page(visitor):
    visitor.room("own")
    visitor.app.select_slider(key="form_digits").set_value(500)
    visitor.app.slider(key="form_epochs").set_value(7)
    visitor.app.select_slider(key="form_rate").set_value(0.05)
    visitor.app.selectbox(key="form_network").select("lenet5")
    visitor.app.text_input(key="form_title").set_value("Mine")
    visitor.look()
    visitor.turn_to("recognize.py")
    visitor.turn_to("train.py")
    assert visitor.app.slider(key="form_epochs").value == 7
    visitor.press("Start training")
    (run,) = mine(visitor)
    assert (run.title, run.request.design.architecture) == ("Mine", "lenet5")
    assert (
        run.request.recipe.digits,
        run.request.recipe.epochs,
        run.request.recipe.learning_rate,
    ) == (500, 7, 0.05)


def test_what_is_chosen_against_learning_by_heart_is_trained_with(visitor):
    visitor.room("own")
    assert visitor.app.button_group(key="form_strength").value == "none"
    visitor.app.button_group(key="form_strength").set_value("strong")
    visitor.app.select_slider(key="form_dropout").set_value(0.5)
    visitor.look()
    visitor.press("Start training")
    (run,) = mine(visitor)
    assert run.request.design.dropout == 0.5
    assert run.request.recipe.augmentation.rotation > 12


def test_logs_for_tensorboard_are_written_and_offered_on_request(visitor, mnist):
    visitor.room("own")
    visitor.app.toggle(key="form_tensorboard").set_value(True)
    visitor.look()
    visitor.press("Start training")
    (run,) = mine(visitor)
    assert run.request.recipe.tensorboard
    logged = finished(visitor.owner, mnist, recipe=replace(PLAIN, tensorboard=True))
    visitor.watches(logged.id)
    assert len(visitor.app.get("download_button")) == 4


# Without MNIST


def test_without_mnist_the_page_says_so_and_trains_on_the_small_digits(without_mnist):
    visitor = Trainer()
    visitor.press(PRESETS[0].answers[0])
    (said,) = [each.value for each in visitor.app.info]
    assert "1,797" in said
    assert "scikit-learn" in said
    visitor.press("Train and see")
    assert [run.request.source for run in mine(visitor)] == [SMALL]


def test_without_mnist_a_visitor_may_ask_the_trainer_to_fetch_it(without_mnist):
    visitor = Trainer()
    visitor.press(PRESETS[0].answers[0])
    visitor.app.toggle(key="form_fetch").set_value(True)
    visitor.look()
    visitor.press("Train and see")
    assert [run.request.source for run in mine(visitor)] == [None]


def cookie_told(visitor):
    return [text for text in visitor.texts() if "does not keep this app's cookie" in text]


def test_who_refuses_the_cookie_is_told_what_that_means_before_a_training_starts(visitor):
    refuses = Trainer()
    refuses._cookies.clear()
    for each in (visitor, refuses):
        each.press(PRESETS[0].answers[0])
    assert [len(cookie_told(each)) for each in (visitor, refuses)] == [0, 1]
    for each in (visitor, refuses):
        each.room("own")
    assert [len(cookie_told(each)) for each in (visitor, refuses)] == [0, 1]


def test_what_was_measured_on_the_small_digits_is_called_so(visitor, mnist):
    run = finished(visitor.owner, mnist)
    pixels, labels = hand.digits(N, seed=4)
    small = Dataset("Small", Digits(pixels, labels), Digits(pixels, labels))
    results.write(run.folder, small, SMALL, 5 * np.eye(10)[labels])
    visitor.watches(run.id)
    assert "scikit-learn" in visitor.app.metric[0].label


# Watching


def test_a_link_shows_the_training_to_others_who_can_do_nothing_to_it(visitor):
    visitor.press(PRESETS[0].answers[0])
    visitor.press("Train and see")
    (run,) = mine(visitor)
    assert "Pause" in visitor.labels()
    other = Trainer()
    other.watches(run.id)
    assert other.titles() == [run.title]
    assert "Pause" not in other.labels()
    assert "Cancel and discard" not in other.labels()
    assert any(run.id in each.value for each in other.app.code)


def test_a_training_can_be_paused_resumed_and_discarded_by_its_owner(visitor):
    visitor.press(PRESETS[0].answers[0])
    visitor.press("Train and see")
    (run,) = mine(visitor)
    visitor.press("Pause")
    assert store.find(run.id).status.state == store.PAUSED
    visitor.press("Resume")
    assert store.find(run.id).status.state == store.QUEUED
    visitor.press("Cancel and discard")
    assert mine(visitor) == []
    assert visitor.titles() == ["Train a network and watch it learn"]
    assert visitor.refusals() == []


def test_one_leaves_the_watch_also_in_the_moment_in_which_the_training_begins(visitor, monkeypatch):
    visitor.press(PRESETS[0].answers[0])
    visitor.press("Train and see")
    find, found = store.find, []

    def begins(run_id):  # after the page has looked, and before its buttons do
        found.append(run_id)
        seen = find(run_id)
        return (
            replace(seen, status=replace(seen.status, state=store.RUNNING)) if found[1:] else seen
        )

    monkeypatch.setattr(store, "find", begins)
    visitor.press("Training room")
    assert visitor.titles() == ["Train a network and watch it learn"]
    assert "run" not in visitor.link()


def test_a_training_that_its_owner_took_away_is_told_to_others_in_a_sentence(visitor):
    visitor.press(PRESETS[0].answers[0])
    visitor.press("Train and see")
    (run,) = mine(visitor)
    other = Trainer()
    other.watches(run.id)
    visitor.press("Cancel and discard")
    other.look()
    assert len(other.refusals()) == 1


def test_what_cannot_be_done_is_said_in_a_sentence(visitor):
    visitor.press(PRESETS[0].answers[0])
    visitor.press("Train and see")
    visitor.press("Stop and keep")
    (sentence,) = visitor.refusals()
    assert "nothing to keep" in sentence


@pytest.mark.parametrize(
    ("states", "told"),
    [
        ([store.FAILED, store.DONE], "These buttons act on “A” (failed)."),
        ([store.PAUSED, store.INTERRUPTED, store.DONE], "on “A” (paused), “B” (interrupted)."),
        ([store.QUEUED, store.PAUSED], "These buttons act on “A” (waiting)."),
        ([store.FAILED, store.PAUSED], ""),
        ([store.PAUSED], ""),
        ([store.DONE, store.DONE], ""),
    ],
)
def test_it_is_said_to_which_of_several_trainings_the_buttons_apply(visitor, mnist, states, told):
    first, *beside = (
        finished(visitor.owner, mnist, title).write_status(state=state)
        for title, state in zip("ABC", states, strict=False)
    )
    visitor.app.query_params["beside"] = ",".join(run.id for run in beside)
    visitor.watches(first.id)
    said = [text for text in visitor.texts() if text.startswith("These buttons")]
    assert [told in text for text in said] == [True] * bool(told)


def test_learning_rate_and_augmentation_can_be_changed_while_it_runs(visitor):
    visitor.press(PRESETS[0].answers[0])
    visitor.press("Train and see")
    (run,) = mine(visitor)
    visitor.app.select_slider(key="steer_rate").set_value(0.5)
    visitor.app.button_group(key="steer_strength").set_value("gentle")
    visitor.look()
    visitor.press("Apply from now on")
    told = control.read_control(store.find(run.id))
    assert told.learning_rate == 0.5
    assert 0 < told.augmentation.rotation < 12
    (said,) = [each.value for each in visitor.app.toast]
    assert said == "Applied: learning rate 0.5, augmentation gentle."
    assert not visitor.app.session_state[watch_state.ADJUST]  # its form is closed


def test_what_a_change_of_the_learning_rate_does_is_said_before_it_is_applied(visitor):
    recipe = replace(PLAIN, schedule="one-cycle", learning_rate=0.002)
    said = training_texts.steering(recipe, 0.002, 0.0002, 0.0013)
    assert "0.0013" in said
    assert "0.00013" in said
    assert "highest" in training_texts.steered_rate(recipe)
    constant = replace(recipe, schedule="constant")
    assert training_texts.steering(constant, 0.002, 0.0002, 0.002) == (
        "Now 0.002, from now on 0.0002."
    )


def test_the_results_are_of_the_run_that_the_watch_is_turned_to(visitor, mnist):
    one, two = (finished(visitor.owner, mnist, title) for title in ("One", "Two"))
    visitor.app.query_params["beside"] = two.id
    visitor.watches(one.id)
    assert "One" in [each.value for each in visitor.app.subheader]
    visitor.trigger("training_watch", "focus", two.id)
    assert "Two" in [each.value for each in visitor.app.subheader]


def test_a_title_is_shown_as_it_was_typed_and_brings_in_nothing(visitor, mnist):
    title = "![](http://elsewhere/x.png) # *mine*"
    visitor.watches(finished(visitor.owner, mnist, title).id)
    (shown,) = visitor.titles()
    assert "](" not in shown
    assert shown.replace("\\", "") == title


@pytest.mark.parametrize("run_id", ["nowhere", "../state", "", "a" * 500])
def test_a_link_to_a_training_that_is_not_here_is_told_in_a_sentence(visitor, run_id):
    visitor.watches(run_id)
    assert len(visitor.refusals()) == (1 if run_id else 0)
    assert visitor.titles() == ["Train a network and watch it learn"]


def test_a_moment_of_a_training_opens_in_the_layers(visitor, mnist):
    run = finished(visitor.owner, mnist)
    visitor.watches(run.id)
    for nonsense in (None, 7, {}, {"run": "nowhere", "digits": 5}, {"run": run.id, "digits": "x"}):
        visitor.trigger("training_watch", "open", nonsense)
        assert visitor.titles() == [run.title]


def test_every_moment_of_a_training_is_given_a_picture_as_its_pixels(visitor, mnist):
    visitor.watches(finished(visitor.owner, mnist).id)
    nothing = visitor.given("training_watch")["digit"]
    assert (nothing["strokes"], nothing["pixels"]) == (None, None)
    visitor.choose_sample("7-crossed")
    given = visitor.given("training_watch")["digit"]
    picture = decode_picture((services.SAMPLES / "7-crossed.png").read_bytes()).gray
    assert given["strokes"] is None
    cut = read_digit(open_network(), picture).cut  # as the canvas shows it
    assert given["pixels"] == preprocess_picture(cut).pixels.ravel().tolist()


def test_every_moment_of_a_training_is_given_a_drawing_as_its_strokes(visitor, mnist):
    strokes = as_sent(strokes_of(on_canvas(7)))
    visitor.turn_to("recognize.py")
    visitor.send("digit_canvas", drawing={"revision": 7, "strokes": strokes, "picture": None})
    visitor.turn_to("train.py")
    visitor.watches(finished(visitor.owner, mnist).id)
    given = visitor.given("training_watch")["digit"]
    assert given == {"revision": 7, "skip": [], "strokes": strokes, "pixels": None}


# Afterwards


@pytest.fixture
def over(visitor, mnist):
    """A visitor who looks at a training of theirs that is over."""
    visitor.watches(finished(visitor.owner, mnist).id)
    return visitor


def test_the_official_test_is_told_with_how_many_were_misread(over):
    (run,) = mine(over)
    found = results.read(run.id)
    told = {each.label: each.value for each in over.app.metric}
    assert told["Accuracy on the official MNIST test set"] == f"{100 * found.test_accuracy:.2f}%"
    wrong = found.n - sum(found.confusion[digit][digit] for digit in range(10))
    assert told["Misclassified"] == f"{wrong} of {N}"


def test_at_first_the_matrix_shows_the_hardest_digits(over, mnist):
    (run,) = mine(over)
    head, body = over.matrix()
    hardest = results.read(run.id).hardest
    assert [each["index"] for each in head["digits"]] == hardest[: len(head["digits"])].tolist()
    pixels = np.frombuffer(body, np.uint8, len(head["digits"]) * 784).reshape(-1, 28, 28)
    np.testing.assert_array_equal(pixels, results.pixels(run.id)[hardest[: len(pixels)]])


def test_a_cell_opens_the_digits_it_counts(over):
    (run,) = mine(over)
    found = results.read(run.id)
    errors = found.confusion.copy()
    np.fill_diagonal(errors, 0)
    label, prediction = np.unravel_index(errors.argmax(), errors.shape)
    over.send("confusion_digits", opened={"cell": [int(label), int(prediction)], "start": 0})
    head, _body = over.matrix()
    assert head["total"] == errors.max()
    assert {(each["label"], each["prediction"]) for each in head["digits"]} == {(label, prediction)}


@pytest.mark.parametrize(
    "opened",
    [None, 7, {}, {"cell": [99, -5], "start": -1}, {"cell": [1], "start": 0}, {"cell": "x"}],
)
def test_a_cell_that_there_is_not_breaks_nothing(over, opened):
    over.send("confusion_digits", opened=opened)
    head, _body = over.matrix()
    assert len(head["digits"]) <= head["total"]


def test_a_digit_of_the_test_becomes_the_visitors_own(over):
    (run,) = mine(over)
    head, _body = over.matrix()
    index = head["digits"][3]["index"]
    over.trigger("confusion_digits", "chosen", index)
    assert over.titles() == ["Draw a digit and look inside the network that recognizes it"]
    seen = decode(over.link()["digit"])
    np.testing.assert_array_equal(seen, results.pixels(run.id)[index])


def test_the_form_opens_with_the_settings_of_a_training_to_be_changed(over):
    over.press("Train again with changes")
    assert over.titles() == ["Train a network and watch it learn"]
    assert over.app.selectbox(key="form_network").value == "tiny"
    assert over.app.slider(key="form_epochs").value == 2


def test_the_form_opens_with_the_settings_that_a_changed_training_ended_with(visitor, mnist):
    run = finished(visitor.owner, mnist, "Steered", replace(PLAIN, epochs=8))
    run.write_status(
        state=store.DONE,
        events=(
            TrainingEvent("learning_rate", 1000, 2.0, learning_rate=0.0002),
            TrainingEvent("augmentation", 2000, 4.0, augmentation=augmentation_of("strong")),
            TrainingEvent("stopped", 3250, 6.5),
        ),
    )
    visitor.watches(run.id)
    visitor.press("Train again with changes")
    assert visitor.app.select_slider(key="form_rate").value == 0.0002
    assert visitor.app.button_group(key="form_strength").value == "strong"
    assert visitor.app.slider(key="form_epochs").value == 7
    (said,) = [text.replace("\\", "") for text in visitor.texts() if "Steered" in text]
    assert "epoch 2.00, 1,000 images: learning rate 0.0002" in said


def test_the_card_of_a_network_says_what_happened_while_it_was_trained(visitor, mnist):
    run = to_keep(visitor, mnist)
    path = run.folder / f"{run.request.network_id}.json"
    events = [{"kind": "stopped", "digits": 3250, "epoch": 6.5}]
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "events": events}))
    visitor.watches(run.id)
    visitor.press("Save")
    visitor.app.query_params["network"] = "finest"
    visitor.turn_to("network.py")
    said = [each.value for each in visitor.app.text]
    assert "epoch 6.50, 3,250 images: stopped early" in said


@pytest.mark.parametrize(
    ("design", "recipe"),
    [(plan.design, plan.recipe) for preset in PRESETS for plan in preset.plans]
    + [
        (Design("tiny", kernel_initializer="glorot_uniform"), replace(PLAIN, epochs=190)),
        (Design("resnet", activation="elu"), replace(PLAIN, digits=777, learning_rate=1e-6)),
    ],
)
def test_the_form_can_show_the_settings_of_any_training(visitor, mnist, design, recipe):
    run = store.create(store.RunRequest(design, recipe, source=str(mnist)), owner=visitor.owner)
    run.write_status(state=store.DONE)
    labels = np.arange(10).astype(np.uint8)
    ten = Digits(np.zeros((10, 28, 28), np.uint8), labels)
    results.write(run.folder, Dataset("Ten", ten, ten), SMALL, np.eye(10))
    for suffix in (".keras", ".onnx"):
        (run.folder / f"{run.request.network_id}{suffix}").touch()
    visitor.watches(run.id)
    visitor.press("Train again with changes")
    assert visitor.refusals() == []
    shown = visitor.given("layer_builder")
    assert shown["rows"][-1]["shape"] == [10]


def to_keep(visitor, mnist):
    """A training of the visitor's that is over, with a network that can be kept."""
    run = finished(visitor.owner, mnist, "Finest")
    card = json.loads((run.folder / f"{run.request.network_id}.json").read_text("utf-8"))
    (run.folder / f"{run.request.network_id}.json").write_text(
        json.dumps({**card, "id": run.request.network_id})
    )
    return run


def test_a_network_that_is_kept_is_among_those_of_its_visitor_alone(visitor, mnist):
    run = to_keep(visitor, mnist)
    visitor.watches(run.id)
    visitor.press("Save")
    assert [each.value[:6] for each in visitor.app.success] == ["Saved."]
    visitor.look()
    assert "Finest" in visitor.app.selectbox(key="network_switch").options
    assert list(Trainer().app.selectbox) == []


def test_a_name_that_is_taken_is_refused_once_and_what_was_typed_stays(visitor, mnist):
    run = to_keep(visitor, mnist)
    visitor.watches(run.id)
    visitor.app.text_input(key=f"keep_{run.id}").input("Default")
    visitor.press("Save")
    (refusal,) = visitor.app.error
    assert "choose another name" in refusal.value
    assert visitor.app.text_input(key=f"keep_{run.id}").value == "Default"
    assert [each.value for each in visitor.app.success] == []


def test_somebody_elses_training_cannot_be_kept_but_taken_along(visitor, mnist):
    visitor.watches(finished("somebody else", mnist).id)
    assert "Save" not in visitor.labels()
    assert len(visitor.app.get("download_button")) == 3


# My trainings


def rows(visitor):
    return visitor.app.dataframe[0].value


def select(visitor, *numbers):
    key = watch_state.table_key([each.id for each in mine(visitor)])
    visitor.app.session_state[key] = {
        "selection": {"rows": list(numbers), "columns": [], "cells": []}
    }
    visitor.look()


def test_a_visitor_sees_their_own_trainings_and_nobody_elses(visitor, mnist):
    finished(visitor.owner, mnist, "One")
    finished("somebody else", mnist, "Another")
    finished(visitor.owner, mnist, "Two")
    visitor.room("mine")
    assert list(rows(visitor)["title"]) == ["Two", "One"]
    assert list(rows(visitor)["test"].notna()) == [True, True]


def test_a_damaged_training_is_listed_as_damaged_and_says_why_when_it_is_ticked(visitor, mnist):
    run = finished(visitor.owner, mnist, "Broken")
    finished(visitor.owner, mnist, "Whole")
    (run.folder / "state.json").write_text("{")
    visitor.room("mine")
    shown = rows(visitor).set_index("title")
    assert shown.loc["Broken", "state"] == "damaged"
    assert shown.loc["Whole", "state"] == "finished"
    select(visitor, list(rows(visitor)["title"]).index("Broken"))
    assert any(text.startswith("Broken: damaged") for text in visitor.texts())
    select(visitor, list(rows(visitor)["title"]).index("Whole"))
    assert not any("Whole: " in text for text in visitor.texts())


def test_a_training_that_failed_says_why_when_it_is_ticked(visitor, mnist):
    run = finished(visitor.owner, mnist, "Lost")
    error = UserError("The training failed: {reason}", reason="no *luck*")
    run.write_reason(error, state=store.FAILED)
    visitor.room("mine")
    assert list(rows(visitor)["state"]) == ["failed"]
    select(visitor, 0)
    assert any("no \\*luck\\*" in text for text in visitor.texts())


def test_the_table_begins_with_what_fits_on_a_telephone(visitor, mnist):
    finished(visitor.owner, mnist, "One")
    visitor.room("mine")
    assert list(rows(visitor))[:3] == ["title", "state", "test"]
    columns = json.loads(visitor.app.dataframe[0].proto.columns)
    widths = [columns[name]["width"] for name in rows(visitor)]
    ticks, telephone, window = 33, 390 - 2 * 16, 1400 - 240 - 2 * 48  # pixels
    assert ticks + sum(widths[:3]) <= telephone
    assert ticks + sum(widths) <= window


def test_one_is_opened_and_two_are_compared_under_one_link(visitor, mnist):
    one, two = (finished(visitor.owner, mnist, title) for title in ("One", "Two"))
    visitor.room("mine")
    select(visitor, 1)
    visitor.press("Open")
    assert visitor.titles() == ["One"]
    del visitor.app.query_params["run"]
    visitor.look()
    select(visitor, 0, 1)
    visitor.press("Compare")
    assert [each["id"] for each in visitor.given("training_watch")["runs"]] == [two.id, one.id]
    other = Trainer()
    for name, value in visitor.link().items():
        other.app.query_params[name] = value
    other.look()
    assert [each["id"] for each in other.given("training_watch")["runs"]] == [two.id, one.id]


def test_a_training_is_renamed_and_deleted(visitor, mnist):
    run = finished(visitor.owner, mnist, "One")
    visitor.room("mine")
    select(visitor, 0)
    visitor.app.text_input(key=f"name_{run.id}").set_value("Better")
    visitor.look()
    visitor.press("Save name")
    assert store.find(run.id).title == "Better"
    select(visitor, 0)
    visitor.app.button(key="delete_chosen").click()
    visitor.look()
    assert mine(visitor) == []
    visitor.press("Restore")
    assert [each.title for each in mine(visitor)] == ["Better"]


def test_a_deletion_chooses_no_other_training(visitor, mnist):
    for title in ("One", "Two", "Three"):
        finished(visitor.owner, mnist, title)
    visitor.room("mine")
    select(visitor, 0)
    visitor.app.button(key="delete_chosen").click()
    visitor.look()
    assert [each.title for each in mine(visitor)] == ["Two", "One"]
    assert "Delete" not in visitor.labels()


def test_what_is_chosen_stays_chosen_when_another_training_comes_above_it(visitor, mnist):
    finished(visitor.owner, mnist, "One")
    visitor.room("mine")
    select(visitor, 0)
    finished(visitor.owner, mnist, "Two")
    visitor.look()
    assert list(rows(visitor)["title"]) == ["Two", "One"]
    visitor.press("Open")
    assert visitor.titles() == ["One"]


def test_deleted_trainings_can_be_removed_for_good(visitor, mnist):
    run = finished(visitor.owner, mnist, "One")
    visitor.room("mine")
    select(visitor, 0)
    visitor.app.button(key="delete_chosen").click()
    visitor.look()
    visitor.press("Remove all for good")
    assert "Restore" not in visitor.labels()
    assert not store.folder_aside(run.id).exists()


def test_without_trainings_the_table_says_where_to_begin(visitor):
    visitor.room("mine")
    assert any("experiment" in text for text in visitor.texts())


# A class


def test_a_class_of_twelve_that_starts_at_once_stands_on_the_board_of_its_teacher(visitor):
    visitor.press("Open a board")
    code = visitor.link()["board"]
    assert visitor.titles() == ["The class on one board"]
    assert any("Nobody has started a run yet" in text for text in visitor.texts())
    assert any(f"class={code}" in each.value for each in visitor.app.code)
    pupils = [Trainer() for _ in range(12)]
    for pupil in pupils:
        pupil.app.query_params["class"] = code
        pupil.look()
        assert any(code in text for text in pupil.texts())
        pupil.press(PRESETS[0].answers[0])
        pupil.press("Train and see")
        assert pupil.refusals() == []
    visitor.look()
    (board,) = visitor.app.dataframe
    assert len(board.value) == 12
    states = list(board.value["state"])
    assert all(state.startswith("waiting") for state in states)
    assert "min" in states[-1]  # eleven are ahead of the last
    assert any("12 runs, 0 finished" in text for text in visitor.texts())


def test_a_board_shows_the_runs_of_its_class_and_no_others_with_their_accuracy(visitor, mnist):
    ours, _theirs = (
        store.create(
            store.RunRequest(Design("tiny"), PLAIN, classroom=code), owner="ann", title=code
        ).write_status(state=store.RUNNING, digits_total=1000)
        for code in ("aaaaaa", "bbbbbb")
    )
    pulse = {"digits": 250, "validation_accuracy": 0.75}
    (ours.folder / "pulses.jsonl").write_text(json.dumps(pulse) + "\n")
    visitor.app.query_params["board"] = "aaaaaa"
    visitor.look()
    (board,) = visitor.app.dataframe
    (row,) = board.value.to_dict("records")
    assert (row["title"], row["progress"], row["accuracy"]) == ("aaaaaa", 0.25, 0.75)
    visitor.press("Training room")
    assert visitor.titles() == ["Train a network and watch it learn"]


@pytest.mark.parametrize("code", ["", "x", "../runs", "A" * 8, "a" * 40])
def test_what_is_no_code_of_a_class_opens_no_board_and_joins_none(visitor, code):
    visitor.app.query_params["board"] = visitor.app.query_params["class"] = code
    visitor.look()
    assert visitor.titles() == ["Train a network and watch it learn"]
    visitor.press(PRESETS[0].answers[0])
    visitor.press("Train and see")
    (run,) = mine(visitor)
    assert run.request.classroom == ""


def test_whoever_leaves_a_class_trains_for_themselves_again(visitor):
    visitor.app.query_params["class"] = "aaaaaa"
    visitor.look()
    visitor.press("Leave the class")
    assert "class" not in visitor.link()
    visitor.press(PRESETS[0].answers[0])
    visitor.press("Train and see")
    (run,) = mine(visitor)
    assert run.request.classroom == ""


def test_it_is_said_beforehand_how_much_one_may_keep_and_when_it_is_deleted(visitor, mnist):
    finished(visitor.owner, mnist)
    visitor.room("mine")
    assert any("of your 400 MB are used" in text for text in visitor.texts())
    assert any("not visited this app for 90 days" in text for text in visitor.texts())
