"""Networks saved by Keras itself come out with the same numbers in every layer."""

import keras
import numpy as np
import pytest
from keras import layers

from model.base.errors import UserError
from model.export import publishing
from model.imports import adding, building, limits
from model.imports.inspection import inspect
from model.imports.unchanged import UNCHANGED
from model.inference.catalogue import open_network
from model.inference.network import traces

TOLERANCE = 1e-5


class Here:
    """In place of a process: questions are answered where they are asked."""

    def ask(self, question, *arguments):
        return question(*arguments)

    def stop(self):
        pass


@pytest.fixture(autouse=True)
def unconfined(monkeypatch, tmp_path):
    monkeypatch.setattr(building, "_confine", lambda: None)
    monkeypatch.setenv("CONVSCOPE_HOME", str(tmp_path / "home"))


def saved(model, folder):
    path = folder / "model.keras"
    model.save(path)
    return path.read_bytes()


def stir(model, seed=3):
    """Give weights that count: biases and statistics are not 0 and 1."""
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        if "seed" in weight.name or weight.name in ("mean", "variance", "count"):
            continue  # a Normalization has made its own numbers of them
        spread = rng.normal(0, 0.2, weight.shape)
        weight.assign(np.abs(spread) + 0.5 if "variance" in weight.name else spread)
    return model


def mnist_convnet():
    """Keras's own example: "Simple MNIST convnet"."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Conv2D(64, kernel_size=(3, 3), activation="relu"),
            layers.MaxPooling2D(pool_size=(2, 2)),
            layers.Flatten(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )


def residual():
    """The toy ResNet of Keras's guide to the functional API, for digits."""
    inputs = keras.Input((28, 28, 1), name="img")
    x = layers.Conv2D(32, 3, activation="relu")(inputs)
    x = layers.Conv2D(64, 3, activation="relu")(x)
    block = layers.MaxPooling2D(3)(x)
    for _ in range(2):
        x = layers.Conv2D(64, 3, activation="relu", padding="same")(block)
        x = layers.Conv2D(64, 3, activation="relu", padding="same")(x)
        block = layers.add([x, block])
    x = layers.Conv2D(64, 3, activation="relu")(block)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(256, activation="relu")(x)
    x = layers.Dropout(0.5)(x)
    return keras.Model(inputs, layers.Dense(10)(x), name="toy_resnet")


def cifar():
    """A plain CNN for CIFAR-10, as the tutorials have it: color, normalized, augmented."""
    normalization = layers.Normalization(mean=[125.3, 123.0, 113.9], variance=[3969, 3856, 4449])
    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            normalization,
            layers.RandomFlip("horizontal"),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.SpatialDropout2D(0.25),
            layers.Conv2D(64, 3, padding="same"),
            layers.PReLU(shared_axes=[1, 2]),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )


def adapted():
    """A Normalization that learned its numbers from pictures, and other normalizations."""
    normalization = layers.Normalization()
    normalization.adapt(np.random.default_rng(2).random((9, 20, 20, 3)))
    return keras.Sequential(
        [
            keras.Input((20, 20, 3)),
            normalization,
            layers.Conv2DTranspose(6, 3, strides=2, padding="same"),
            layers.GroupNormalization(3),
            layers.Cropping2D(4),
            layers.Conv2D(6, 3, activation="gelu"),
            layers.LayerNormalization(),
            layers.UpSampling2D(2),
            layers.GlobalAveragePooling2D(),
            layers.Dense(4),
        ]
    )


def branching():
    """Branches, a model in a model, augmentation, and pixels without a channel axis."""
    inputs = keras.Input((28, 28))
    x = layers.Reshape((28, 28, 1))(inputs)
    x = layers.RandomRotation(0.1)(x)
    a = layers.SeparableConv2D(6, 3, padding="same", activation=keras.activations.relu6)(x)
    b = layers.DepthwiseConv2D(5, padding="same", depth_multiplier=2)(x)
    b = layers.BatchNormalization()(b)
    inner = keras.Sequential([layers.Conv2D(6, 3, strides=2), layers.LeakyReLU(0.1)], name="inner")
    x = inner(layers.Concatenate()([a, b]))
    side = keras.Input((13, 13, 6))
    tail = keras.Model(side, layers.Conv2D(4, 3, activation="swish")(side), name="tail")
    x = layers.Flatten()(layers.AveragePooling2D(2)(tail(x)))
    return keras.Model(inputs, layers.Softmax()(layers.Dense(10)(x)))


def every_layer(model, pixels):
    """Compute what every layer of a model answers, those of models inside it too, by its name."""
    found = {}

    def outcome(layer):
        """A model inside answers where it is called last; before, it has an output of its own."""
        is_model = isinstance(layer, keras.Model)
        return layer._inbound_nodes[-1].output_tensors[0] if is_model else layer.output

    def walk(model, values):
        probe = keras.Model(model.inputs, [outcome(each) for each in model.layers])
        for layer, value in zip(model.layers, probe.predict_on_batch(values), strict=True):
            found[layer.name] = value
            if isinstance(layer, keras.Model):
                source = layer._inbound_nodes[-1].input_tensors[0]._keras_history.operation
                walk(layer, found[source.name])

    walk(model, pixels)
    return found


@pytest.mark.parametrize("make", [mnist_convnet, residual, branching, cifar, adapted])
def test_every_layer_answers_as_it_did_where_it_was_trained(make, tmp_path):
    model = stir(make())
    card = adding.add(saved(model, tmp_path), "Mine", Here(), scaling="unit")
    pixels = np.random.default_rng(4).random((5, *card.input_shape), np.float32)
    shaped = pixels.reshape(-1, *model.inputs[0].shape[1:])
    expected = every_layer(model, shaped)

    found = traces(open_network(card.id), pixels)
    assert len(found[0].activations) >= 7
    for layer in card.layers[1:]:
        if layer is card.layers[-1]:
            continue
        theirs = expected[layer.name]
        ours = np.stack([each.activations[layer.name] for each in found])
        limit = TOLERANCE * max(1, np.abs(theirs).max())
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=limit, err_msg=layer.name)
    answer = model.predict_on_batch(shaped)
    ours = [each.probabilities if card.imported.ending else each.logits for each in found]
    np.testing.assert_allclose(np.stack(ours), answer, rtol=0, atol=1e-5 * np.abs(answer).max())


def small(*ending):
    return keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(3, 5), *ending])


ENDINGS = {
    "softmax": [layers.GlobalMaxPooling2D(), layers.Dense(10, activation="softmax")],
    "a layer of softmax": [
        layers.GlobalMaxPooling2D(),
        layers.Dense(10),
        layers.Activation("softmax"),
    ],
    "softmax of a map of one cell": [
        layers.Conv2D(10, 24, activation="softmax"),
    ],
    "softmax of ReLU": [
        layers.GlobalMaxPooling2D(),
        layers.Dense(10, activation="relu"),
        layers.Softmax(),
    ],
    "softmax of a global pooling": [
        layers.Conv2D(10, 3),
        layers.GlobalAveragePooling2D(),
        layers.Softmax(),
    ],
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_probabilities_are_those_that_the_network_ended_in(ending, tmp_path):
    rebuilt = [type(each).from_config(each.get_config()) for each in ENDINGS[ending]]
    model = stir(small(*rebuilt))
    card = adding.add(saved(model, tmp_path), "Mine", Here(), scaling="unit")
    pixels = np.random.default_rng(4).random((5, 28, 28), np.float32)

    answer = model.predict_on_batch(pixels[..., np.newaxis]).reshape(5, 10)
    found = traces(open_network(card.id), pixels)
    assert card.imported.ending == "softmax"
    for ours, theirs in zip(found, answer, strict=True):
        np.testing.assert_allclose(ours.probabilities, theirs, rtol=0, atol=5e-6)


def test_a_network_that_ended_in_sigmoid_has_its_probabilities(tmp_path):
    model = stir(small(layers.GlobalMaxPooling2D(), layers.Dense(10, activation="sigmoid")))
    card = adding.add(saved(model, tmp_path), "Mine", Here(), scaling="unit")
    pixels = np.random.default_rng(4).random((5, 28, 28), np.float32)

    answer = model.predict_on_batch(pixels[..., np.newaxis])
    found = np.stack([each.probabilities for each in traces(open_network(card.id), pixels)])
    assert (card.imported.ending, card.output) == ("sigmoid", "sigmoid")
    np.testing.assert_allclose(found, answer, rtol=0, atol=1e-6)


def test_a_single_sigmoid_becomes_two_classes_of_the_same_probability(tmp_path):
    model = stir(small(layers.GlobalMaxPooling2D(), layers.Dense(1, activation="sigmoid")))
    card = adding.add(saved(model, tmp_path), "Mine", Here(), labels=("no", "yes"))
    pixels = np.random.default_rng(4).random((5, 28, 28), np.float32)

    answer = model.predict_on_batch(pixels[..., np.newaxis])[:, 0]
    found = np.stack([each.probabilities for each in traces(open_network(card.id), pixels)])
    assert (card.imported.ending, card.output) == ("binary", "softmax")
    np.testing.assert_allclose(found[:, 1], answer, rtol=0, atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=0, atol=1e-6)


def test_a_compiled_network_and_its_optimizer_are_nothing_to_read(tmp_path):
    model = stir(small(layers.GlobalMaxPooling2D(), layers.Dense(10)))
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(np.zeros((2, 28, 28, 1)), np.zeros(2), verbose=0)
    plan, _content = inspect(saved(model, tmp_path))

    assert plan.parameters == model.count_params()


@pytest.mark.parametrize("kind", sorted(UNCHANGED))
def test_what_is_left_out_does_nothing_once_training_is_over(kind):
    options = {
        "RandomCrop": (20, 20),
        "GaussianDropout": (0.5,),
        "AlphaDropout": (0.5,),
        "Identity": (),
        "ActivityRegularization": (0.1,),
        "RandomFlip": (),
        "RandomGaussianBlur": (0.9,),
        "RandomElasticTransform": (0.9,),
        "RandomPosterization": (4,),
        "RandomTranslation": (0.3, 0.3),
        "RandomShear": (0.3, 0.3),
        "RandomColorJitter": ((0, 1), 0.4),
    }
    layer = getattr(layers, kind)(*options.get(kind, (0.5,)))
    for channels, most in ((1, 1), (3, 255)):
        pictures = np.random.default_rng(1).random((2, 28, 28, channels), np.float32) * most
        try:
            answer = keras.ops.convert_to_numpy(layer(pictures, training=False))
        except ValueError:  # some are for colors alone
            assert channels == 1
            continue
        np.testing.assert_array_equal(answer, pictures)


def test_a_dropout_that_was_told_to_train_does_not_once_the_network_is_used(tmp_path):
    """Keras keeps what was said of training in the file, and does not heed it in use."""
    inputs = keras.Input((28, 28, 1))
    dropped = layers.Dropout(0.5)(layers.Conv2D(3, 5)(inputs), training=True)
    outputs = layers.Dense(10)(layers.GlobalMaxPooling2D()(dropped))
    model = stir(keras.Model(inputs, outputs))
    card = adding.add(saved(model, tmp_path), "Mine", Here(), scaling="unit")
    pixels = np.random.default_rng(4).random((3, 28, 28), np.float32)
    found = np.stack([each.logits for each in traces(open_network(card.id), pixels)])

    answer = model.predict_on_batch(pixels[..., np.newaxis])
    np.testing.assert_allclose(found, answer, rtol=0, atol=1e-5 * np.abs(answer).max())


def test_the_scaling_is_found_by_reading_digits(tmp_path):
    """A network that compares a digit with means of bytes is found to want bytes."""
    pixels, labels = building._known_digits()
    means = np.stack([pixels[labels == digit].mean(axis=0) for digit in range(10)]) * 255
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10)])
    kernel = means.reshape(10, -1).T / 255**2
    bias = -(means.reshape(10, -1) ** 2).sum(axis=1) / 2 / 255**2
    model.layers[-1].set_weights([kernel, bias])
    card = adding.add(saved(model, tmp_path), "Mine", Here())

    assert card.imported.scaling == "bytes"
    assert card.layers[1].kind == "Rescaling"
    assert card.layers[1].config["scale"] == 255


LABELS = ("cat", "dog", "一只鸟", "<b>frog</b>")


def test_a_network_of_other_pictures_has_its_own_labels_and_is_tried_on_no_digits(tmp_path):
    data = saved(stir(adapted()), tmp_path)
    trial = adding.try_out(data, Here())
    card = adding.add(data, "Animals", Here(), labels=LABELS)

    assert trial.tried == ()
    assert card.class_names == LABELS
    assert card.input_shape == (20, 20, 3)
    assert card.layers[0].name == "picture"
    assert card.energy_threshold is None
    assert not card.reads_digits


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (("cat", "dog"), "has 4 classes, and there are 2 labels"),
        (("cat", "dog", "cat", "frog"), "Two labels are the same"),
    ],
)
def test_labels_that_are_no_names_of_the_classes_are_refused(labels, words, tmp_path):
    data = saved(stir(adapted()), tmp_path)
    with pytest.raises(UserError, match=words):
        adding.add(data, "Animals", Here(), labels=labels)


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("cat\n dog \n\nbird\n", ("cat", "dog", "bird")),
        ("cat, dog,bird", ("cat", "dog", "bird")),
        ("猫、狗，鸟", ("猫", "狗", "鸟")),
        ("polar bear\nice, thin", ("polar bear", "ice, thin")),
        (" \n", ()),
    ],
)
def test_labels_are_typed_or_in_a_text_file(text, labels):
    assert adding.labels_from(text) == labels


def test_digits_of_another_size_are_tried_at_that_size(tmp_path):
    model = keras.Sequential([keras.Input((20, 20)), layers.Flatten(), layers.Dense(10)])
    trial = adding.try_out(saved(model, tmp_path), Here())

    assert len(trial.tried) == 6


def test_the_limits_that_are_told_are_those_of_the_export():
    assert (limits.MOST_SIDE, limits.MOST_CLASSES) == (
        publishing.MOST_SIDE,
        publishing.MOST_CLASSES,
    )


def test_one_network_too_many_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(adding, "_MOST_KEPT", 1)
    data = saved(small(layers.GlobalMaxPooling2D(), layers.Dense(10)), tmp_path)
    adding.add(data, "First", Here(), kept_by="somebody")
    adding.add(data, "Of another", Here(), kept_by="another")

    with pytest.raises(UserError, match="keep 1 networks, which is the limit"):
        adding.add(data, "Second", Here(), kept_by="somebody")


# --- generated networks ---


def random_layer(rng, shape):
    """One layer of any kind that goes behind maps of this shape, with options of its own."""
    side = min(shape[:2])
    window = int(rng.integers(1, min(5, side) + 1))
    padding = str(rng.choice(["valid", "same"]))
    strides = int(rng.integers(1, 3))
    activation = str(rng.choice(["linear", "relu", "tanh", "gelu", "softplus", "elu"]))
    filters = int(rng.integers(2, 6))
    sliding = {"padding": padding, "strides": strides}
    convolving = {**sliding, "activation": activation, "use_bias": bool(rng.integers(2))}
    made = [
        lambda: layers.Conv2D(filters, window, **convolving),
        lambda: layers.Conv2D(filters * shape[2], window, groups=shape[2], **convolving),
        lambda: layers.Conv2D(filters, 2, dilation_rate=min(2, side - 1) or 1, padding="same"),
        lambda: layers.DepthwiseConv2D(window, depth_multiplier=2, **convolving),
        lambda: layers.SeparableConv2D(filters, window, **convolving),
        lambda: layers.MaxPooling2D(window, **sliding),
        lambda: layers.AveragePooling2D(window, **sliding),
        lambda: layers.BatchNormalization(
            center=bool(rng.integers(2)), scale=bool(rng.integers(2)), epsilon=0.01
        ),
        lambda: layers.ZeroPadding2D(((1, 0), (2, 1))),
        lambda: layers.ReLU(max_value=6.0),
        lambda: layers.LeakyReLU(negative_slope=0.2),
        lambda: layers.ELU(alpha=0.7),
        lambda: layers.Softmax() if shape[2] > 1 else layers.Activation("softplus"),
        lambda: layers.Dropout(0.2),
        lambda: layers.SpatialDropout2D(0.2),
        lambda: layers.GaussianNoise(0.2),
        lambda: layers.Rescaling(0.5, 0.1),
        lambda: layers.Activation("hard_sigmoid"),
        lambda: layers.Conv2DTranspose(filters, window, **convolving),
        lambda: layers.UpSampling2D(2, interpolation=str(rng.choice(["nearest", "bilinear"]))),
        lambda: layers.Cropping2D(((0, 1), (1, 0))) if side > 3 else layers.ELU(),
        lambda: layers.PReLU(shared_axes=[[1, 2], [3], None][rng.integers(3)]),
        lambda: layers.LayerNormalization(center=bool(rng.integers(2))),
        lambda: layers.GroupNormalization(-1, scale=bool(rng.integers(2))),
        lambda: layers.Reshape((shape[1], shape[0], shape[2])),
    ]
    return made[int(rng.integers(len(made)))]()


def random_network(seed):
    """A network of a few random layers, with a branch where it can have one."""
    rng = np.random.default_rng(seed)
    inputs = keras.Input((28, 28, 1))
    x = layers.Conv2D(3, 3, strides=2)(inputs)
    for _ in range(int(rng.integers(2, 7))):
        if min(x.shape[1:3]) < 2 or max(x.shape[1:]) > 60:
            break
        y = random_layer(rng, x.shape[1:])(x)
        if y.shape == x.shape:
            merge = [layers.Add, layers.Multiply, layers.Maximum, layers.Minimum, layers.Average]
            merge += [layers.Subtract, layers.Concatenate]
            y = merge[int(rng.integers(len(merge)))]()([x, y])
        x = y
    pool = layers.GlobalMaxPooling2D if rng.integers(2) else layers.GlobalAveragePooling2D
    x = layers.Dense(10)(layers.Flatten()(pool(keepdims=bool(rng.integers(2)))(x)))
    return stir(keras.Model(inputs, x), seed)


@pytest.mark.parametrize("seed", range(40))
def test_shapes_and_weights_of_generated_networks_are_those_of_keras(seed, tmp_path):
    model = random_network(seed)
    plan, content = inspect(saved(model, tmp_path))
    arrays = adding.read_weights(plan, content)

    theirs = {layer.name: layer for layer in model.layers}
    assert [each.name for each in plan.layers] == [each.name for each in model.layers[1:]]
    for each in plan.layers:
        assert each.output_shape == theirs[each.name].output.shape[1:], each
        for ours, weight in zip(
            arrays.get(each.name, []), theirs[each.name].get_weights(), strict=True
        ):
            np.testing.assert_array_equal(ours, weight)


@pytest.mark.parametrize("seed", range(100, 110))
def test_generated_networks_answer_as_keras_does(seed, tmp_path):
    model = random_network(seed)
    card = adding.add(saved(model, tmp_path), "Mine", Here(), scaling="unit")
    pixels = np.random.default_rng(4).random((3, 28, 28), np.float32)
    found = np.stack([each.logits for each in traces(open_network(card.id), pixels)])
    answer = model.predict_on_batch(pixels[..., np.newaxis])

    np.testing.assert_allclose(found, answer, rtol=0, atol=1e-5 * max(1, np.abs(answer).max()))
