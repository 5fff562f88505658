"""Measures a network's health while it trains: gradient norms, dead units, update sizes."""

from collections.abc import Mapping

import keras
import numpy as np

from model.training.device import summed, uncompiled

_SAME = 1e-6  # activations that differ by less are the same


class _Monitored(keras.Optimizer):
    """Adds to an optimizer the norms of its gradients, and a factor of its learning rate.

    Both are variables of the optimizer, so that they work where Keras compiles its step, whatever
    the backend, and are saved with it.
    """

    def build(self, variables: list[keras.Variable]) -> None:
        super().build(variables)
        self.factor = self.add_variable((), name="factor", initializer="ones")
        self.squares = self.add_variable(
            (len(variables),),
            name="squares",
            initializer="zeros",
            aggregation="only_first_replica",  # all have the same, as of `iterations`
        )

    @property
    def learning_rate(self) -> keras.KerasTensor:
        return super().learning_rate * self.factor

    def apply(
        self,
        grads: list[keras.KerasTensor],
        trainable_variables: list[keras.Variable] | None = None,
    ) -> None:
        squares = [keras.ops.sum(keras.ops.square(each)) for each in summed(grads)]
        self.squares.assign(keras.ops.stack(squares))
        super().apply(grads, trainable_variables)


def monitored(kind: type[keras.Optimizer]) -> type[keras.Optimizer]:
    """Return an optimizer's class that keeps gradient norms and whose rate can be scaled.

    `squares` holds the last step's sum of squares for each variable, `factor` what the learning
    rate is multiplied by. It must be built before its first step.
    """
    return type(kind.__name__, (_Monitored, kind), {})


class Health:
    """Measures the health of one network in training.

    `dead` are outputs `(1,)`, the share of dead units in [0, 1], one for each layer that has an
    activation.
    """

    def __init__(self, cnn: keras.Model) -> None:
        self._cnn = cnn
        self._trained = {
            layer.name: [variable.path for variable in layer.trainable_variables]
            for layer in cnn.layers
            if layer.trainable_variables
        }
        self.dead = {
            layer.name: keras.ops.expand_dims(dead_share(layer.output), 0)
            for layer in cnn.layers
            if _has_activation(layer)
        }

    def learning_rate(self) -> float:
        """Return the learning rate of the next step."""
        with uncompiled():
            return float(keras.ops.convert_to_numpy(self._cnn.optimizer.learning_rate))

    def gradients(self) -> dict[str, float]:
        """Return the L2 norm of the last step's gradient for each layer with weights."""
        squares = keras.ops.convert_to_numpy(self._cnn.optimizer.squares).astype(np.float64)
        paths = [each.path for each in self._cnn.trainable_variables]
        of = dict(zip(paths, squares, strict=True))
        return {
            name: float(np.sqrt(sum(of[path] for path in paths)))
            for name, paths in self._trained.items()
        }

    def updates(self, before: Mapping[str, np.ndarray]) -> dict[str, float]:
        """Return for each layer the norm of its weights' change by the norm they have now.

        `before` are the earlier weights by path. Layers whose weights are all 0 are left out.
        """
        after = weights_of(self._cnn)
        shares = {}
        for name, paths in self._trained.items():
            length = _length([before[path] for path in paths])
            if length > 0:
                shares[name] = _length([after[path] - before[path] for path in paths]) / length
        return shares


def dead_share(activations: keras.KerasTensor) -> keras.KerasTensor:
    """Return the share of a layer's units that are dead; the first axis is the batch.

    A unit is dead that answers every digit alike: a ReLU that is always 0, a sigmoid that
    is always full. In maps a unit is a whole channel.
    """
    spread = keras.ops.max(activations, axis=0) - keras.ops.min(activations, axis=0)
    widest = keras.ops.max(keras.ops.reshape(spread, (-1, spread.shape[-1])), axis=0)
    return keras.ops.mean(keras.ops.cast(widest < _SAME, "float32"))


def weights_of(cnn: keras.Model) -> dict[str, np.ndarray]:
    """Return copies of the trainable weights by their paths."""
    return {
        each.path: np.array(keras.ops.convert_to_numpy(each)) for each in cnn.trainable_variables
    }


def _has_activation(layer: keras.Layer) -> bool:
    function = getattr(layer, "activation", None)
    return function is not None and function is not keras.activations.linear


def _length(arrays: list[np.ndarray]) -> float:
    return float(np.sqrt(sum(np.sum(np.square(each, dtype=np.float64)) for each in arrays)))
