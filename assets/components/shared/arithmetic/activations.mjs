/** The activation functions of Keras, by its names and formulas, in double precision. */

const SELU_SCALE = 1.0507009873554805; // G. Klambauer et al., "Self-normalizing networks", 2017
const SELU_ALPHA = 1.6732632423543772;

const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const elu = (x, alpha = 1) => (x > 0 ? x : alpha * Math.expm1(x));
const leaky = (x, slope = 0.2) => (x > 0 ? x : slope * x);
const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))); // never infinite
const rectified = (x, most = Infinity) => Math.min(Math.max(x, 0), most);

/**
 * Name -> function of one number; softmax, which takes many, is `softmaxOf`.
 *
 * @type {Record<string, (x: number) => number>}
 */
export const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => rectified(x),
  relu6: (x) => rectified(x, 6),
  leaky_relu: (x) => leaky(x),
  elu: (x) => elu(x),
  selu: (x) => SELU_SCALE * elu(x, SELU_ALPHA),
  gelu: (x) => (x / 2) * (1 + erf(x / Math.SQRT2)),
  silu: (x) => x * sigmoid(x),
  swish: (x) => x * sigmoid(x),
  sigmoid,
  mish: (x) => x * Math.tanh(softplus(x)),
  hard_silu: (x) => (x * rectified(x + 3, 6)) / 6,
  hard_sigmoid: (x) => rectified(x + 3, 6) / 6,
  tanh: Math.tanh,
  softplus,
  softsign: (x) => x / (1 + Math.abs(x)),
  exponential: Math.exp,
};

/**
 * Kind of a layer that is one activation function -> its name and the function, by its settings and,
 * where it learned one, the slope below 0.
 *
 * @type {Record<string, (config: any, slope?: number) => [string, (x: number) => number]>}
 */
export const ACTIVATION_LAYERS = {
  Activation: ({activation}) => [activation, ACTIVATIONS[activation]],
  ReLU: ({max_value: most, negative_slope: slope, threshold}) => [
    "relu",
    slope || threshold
      ? (x) => Math.min(x < threshold ? slope * (x - threshold) : x, most ?? Infinity)
      : (x) => rectified(x, most ?? Infinity),
  ],
  LeakyReLU: ({negative_slope: slope}) => ["leaky_relu", (x) => leaky(x, slope)],
  PReLU: (_config, slope) => ["prelu", (x) => leaky(x, slope)],
  ELU: ({alpha}) => ["elu", (x) => elu(x, alpha)],
};

/**
 * Turn logits into probabilities, with all that lies between.
 *
 * Gives {largest, exponentials, sum, probabilities}: exp((logit - largest) / temperature), what
 * they add up to, and their shares of it. Taking away the largest logit changes no share and
 * keeps the exponentials finite.
 */
export function softmaxOf(logits, temperature = 1) {
  const largest = logits.reduce((most, logit) => Math.max(most, logit), -Infinity);
  const exponentials = Float64Array.from(logits, (logit) =>
    Math.exp((logit - largest) / temperature),
  );
  const sum = exponentials.reduce((total, each) => total + each, 0);
  return {largest, exponentials, sum, probabilities: exponentials.map((each) => each / sum)};
}

/**
 * Compute the error function by a series whose terms all have one sign, so that none cancel.
 *
 * Source: M. Abramowitz and I. Stegun, "Handbook of mathematical functions", 1964, 7.1.6.
 */
function erf(x) {
  if (Math.abs(x) > 6) return Math.sign(x); // nearer to 1 than a double can tell
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
