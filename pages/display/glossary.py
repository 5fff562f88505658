"""The terms of the field, each once: its name and what it means in two plain sentences."""

from model.base.errors import N_
from pages.display.rare_terms import RARE, Term
from pages.visitor.language import _

TERMS = {
    "convolution": Term(
        N_("Convolution"),
        N_(
            "A kernel slides over the image; at each place the values under it are multiplied by "
            "its weights and added up. The same weights serve every place, so a pattern is found "
            "wherever it lies."
        ),
    ),
    "kernel": Term(
        N_("Kernel"),
        N_(
            "The small grid of weights that a convolution slides over one input channel, for "
            "example 3 × 3. Training finds its values; a kernel may come to respond to an edge "
            "or a corner."
        ),
    ),
    "filter": Term(
        N_("Filter"),
        N_(
            "One kernel for each input channel, plus a bias: together they make one feature map. "
            "A layer with 32 filters has 32 feature maps as its output."
        ),
    ),
    "channel": Term(
        N_("Channel"),
        N_(
            "One of the grids that lie on top of each other in the input or output of a layer. A "
            "grayscale digit has one channel; a convolutional layer has as many output channels "
            "as filters."
        ),
    ),
    "stride": Term(
        N_("Stride"),
        N_(
            "The number of cells that a window moves from one place to the next. With a stride "
            "of 2 the output is about half as wide and half as high."
        ),
    ),
    "padding": Term(
        N_("Padding"),
        N_(
            "Zeros around the edge of the input, so that a window also fits there. “same” adds "
            "as many as keep the size at stride 1, “valid” adds none and the output shrinks."
        ),
    ),
    "bias": Term(
        N_("Bias"),
        N_(
            "A number that is added to each weighted sum of a filter or unit. It sets how easily "
            "the result becomes positive."
        ),
    ),
    "weight_sharing": Term(
        N_("Weight sharing"),
        N_(
            "A convolution uses the same kernel at every place of the image. It therefore needs "
            "few parameters, and what it learns in one place holds everywhere."
        ),
    ),
    "parameters": Term(
        N_("Parameters"),
        N_(
            "The numbers that training changes: weights of kernels and units, biases, and the "
            "scales of normalization. Their count is the size of a network."
        ),
    ),
    "activation": Term(
        N_("Activation"),
        N_(
            "The value that a cell or unit has for one input. Convscope shows activations as "
            "colors: the stronger, the brighter."
        ),
    ),
    "activation_function": Term(
        N_("Activation function"),
        N_(
            "The function applied to each weighted sum, such as ReLU or sigmoid. Without one, "
            "any stack of layers would be a single linear layer."
        ),
    ),
    "relu": Term(
        N_("ReLU"),
        N_(
            "An activation function that keeps positive values and sets negative ones to 0. Its "
            "gradient is 1 for positive values, so deep networks can be trained with it."
        ),
    ),
    "sigmoid": Term(
        N_("Sigmoid"),
        N_(
            "An activation function that squeezes any number into the range from 0 to 1. Its "
            "gradient is at most 1/4, so in deep networks gradients shrink from layer to layer."
        ),
    ),
    "pooling": Term(
        N_("Pooling"),
        N_(
            "Each cell of the output is the maximum or the mean of a small window, for example 2 "
            "× 2. The maps become smaller, the receptive field larger, and small shifts matter "
            "less."
        ),
    ),
    "flatten": Term(
        N_("Flatten"),
        N_(
            "Puts the cells of all feature maps into one long row of numbers. Fully connected "
            "layers need such a row; the values themselves do not change."
        ),
    ),
    "dense": Term(
        N_("Fully connected layer"),
        N_(
            "Every unit has a weight for every value of the layer before. It combines features "
            "of the whole image, at the cost of many parameters."
        ),
    ),
    "feature_map": Term(
        N_("Feature map"),
        N_(
            "The output of one filter: a grid that says how strongly its pattern is present at "
            "each place. Early maps show edges and strokes, later ones larger parts of a digit."
        ),
    ),
    "receptive_field": Term(
        N_("Receptive field"),
        N_(
            "The part of the input image that can influence one cell. It grows with each "
            "convolution and pooling layer."
        ),
    ),
    "logits": Term(
        N_("Logits"),
        N_(
            "The outputs before softmax, one for each class. They may be any numbers; the "
            "largest one is the prediction."
        ),
    ),
    "softmax": Term(
        N_("Softmax"),
        N_(
            "Turns logits into probabilities: the exponential of each, divided by the sum of all "
            "exponentials. The results are positive and add up to 1."
        ),
    ),
    "confidence": Term(
        N_("Confidence"),
        N_(
            "The probability that the network gives to its prediction. A high confidence can "
            "still be wrong: see calibration."
        ),
    ),
    "calibration": Term(
        N_("Calibration"),
        N_(
            "A network is calibrated if its confidence is its accuracy: of all digits predicted "
            "with 90% confidence, 90% are correct. Many networks are overconfident."
        ),
    ),
    "ece": Term(
        N_("Expected calibration error (ECE)"),
        N_(
            "The gap between confidence and accuracy, averaged over groups of digits with "
            "similar confidence. At 0% the probabilities can be taken at their word."
        ),
    ),
    "loss": Term(
        N_("Loss (cross-entropy)"),
        N_(
            "The negative logarithm of the probability that the network gives to the true digit. "
            "It is 0 for a certain and correct answer and 2.30 = ln 10 for a guess; training "
            "makes it smaller."
        ),
    ),
    "accuracy": Term(
        N_("Accuracy"),
        N_(
            "The share of images whose prediction is the true digit. It says nothing about which "
            "digits are mixed up: the confusion matrix does."
        ),
    ),
    "confusion_matrix": Term(
        N_("Confusion matrix"),
        N_(
            "A table that counts, for each true digit, what was predicted. Correct predictions "
            "lie on the diagonal, everything beside it is an error."
        ),
    ),
    "training_set": Term(
        N_("Training set"),
        N_(
            "The images from which the weights are learned. Accuracy on them says little about "
            "new digits, because they can be memorized."
        ),
    ),
    "validation_set": Term(
        N_("Validation set"),
        N_(
            "Images that are kept out of training to check progress and to choose settings. If "
            "accuracy falls here while it rises on the training set, the network overfits."
        ),
    ),
    "test_set": Term(
        N_("Test set"),
        N_(
            "Images that are used only once, at the very end, to measure the finished network. "
            "Nothing may be chosen by them, or the result would be too good."
        ),
    ),
    "overfitting": Term(
        N_("Overfitting"),
        N_(
            "The network memorizes its training images instead of what they have in common. It "
            "shows as a gap between training and validation accuracy."
        ),
    ),
    "regularization": Term(
        N_("Regularization"),
        N_(
            "Everything that keeps a network from overfitting, such as dropout, weight decay and "
            "data augmentation. It usually makes training a little harder and new digits easier."
        ),
    ),
    "dropout": Term(
        N_("Dropout"),
        N_(
            "Each training step sets a random share of the units to 0. No unit can rely on a "
            "single other one, which reduces overfitting; in use, all units are active."
        ),
    ),
    "weight_decay": Term(
        N_("Weight decay"),
        N_(
            "Every step shrinks the kernels a little, but not the biases. Small weights make "
            "smoother functions and less overfitting."
        ),
    ),
    "augmentation": Term(
        N_("Data augmentation"),
        N_(
            "Each time an image is used it is rotated, shifted, scaled or distorted at random. "
            "The network sees more variety than the training set holds."
        ),
    ),
    "batch": Term(
        N_("Batch size"),
        N_(
            "The number of images per weight update. Small batches give noisy but frequent "
            "updates, large ones smoother but fewer updates per epoch."
        ),
    ),
    "epoch": Term(
        N_("Epoch"),
        N_(
            "One pass over all training images. Each image is used once per epoch, in a new "
            "random order."
        ),
    ),
    "learning_rate": Term(
        N_("Learning rate"),
        N_(
            "The step size of training: how far the weights move along the negative gradient. "
            "Too high and the loss never settles; too low and training takes forever."
        ),
    ),
    "schedule": Term(
        N_("Learning-rate schedule"),
        N_(
            "How the learning rate changes during training. Large steps at first make fast "
            "progress, small ones at the end settle the weights."
        ),
    ),
    "optimizer": Term(
        N_("Optimizer"),
        N_(
            "The rule that turns gradients into weight updates. SGD takes plain steps, momentum "
            "keeps part of the last step, Adam also adapts the step of each weight."
        ),
    ),
    "gradient": Term(
        N_("Gradient"),
        N_(
            "For each weight, how much the loss changes when the weight changes a little. "
            "Training moves the weights against it."
        ),
    ),
    "backpropagation": Term(
        N_("Backpropagation"),
        N_(
            "The way to compute the gradients of all weights: from the loss back through the "
            "layers, by the chain rule. It costs about twice as much as the forward pass."
        ),
    ),
    "vanishing_gradient": Term(
        N_("Vanishing gradient"),
        N_(
            "In a deep network the gradient can shrink from layer to layer on its way back. The "
            "first layers then learn next to nothing; ReLU, residual connections and good "
            "initialization help."
        ),
    ),
    "exploding_gradient": Term(
        N_("Exploding gradient"),
        N_(
            "Gradients that grow from step to step until the weights are useless. A lower "
            "learning rate is the first cure."
        ),
    ),
    "initialization": Term(
        N_("Weight initialization"),
        N_(
            "The values of the weights before training. Random numbers of the right size make "
            "filters different and keep signals from growing or fading through the layers."
        ),
    ),
    "batch_normalization": Term(
        N_("Batch normalization"),
        N_(
            "Shifts and scales each channel so that its values have mean 0 and variance 1 over a "
            "batch, then applies a learned scale and offset. Deep networks train faster and more "
            "stably with it."
        ),
    ),
    **RARE,
    "residual_connection": Term(
        N_("Residual connection"),
        N_(
            "The input of a block is added to its output, so that the block learns only the "
            "difference. The gradient has a direct way back through the addition."
        ),
    ),
    "hyperparameters": Term(
        N_("Hyperparameters"),
        N_(
            "Settings that are chosen before training, such as learning rate, batch size and the "
            "number of filters. Training does not change them; one compares runs on the "
            "validation set."
        ),
    ),
    "nan": Term(
        N_("NaN (not a number)"),
        N_(
            "The result of a computation without a number as its answer, such as infinity minus "
            "infinity. A loss that becomes NaN has diverged: the learning rate was too high."
        ),
    ),
    "preprocessing": Term(
        N_("Preprocessing"),
        N_(
            "What turns a drawing or photo into an image like those the network was trained on: "
            "light strokes on black, of the usual size, in the center. Without it, the same "
            "network reads far fewer digits correctly."
        ),
    ),
    "mnist": Term(
        N_("MNIST"),
        N_(
            "70,000 handwritten digits of 28 × 28 pixels, published by LeCun, Cortes and Burges "
            "in 1998: 60,000 to train with and 10,000 for the test. It is the standard data set "
            "for first networks."
        ),
    ),
}


def explain(*keys: str, hint: str = "") -> str:
    """Return the explanations of terms as Markdown for `help=`, and a hint for the control."""
    paragraphs = [f"**{_(TERMS[key].name)}**  \n{_(TERMS[key].text)}" for key in keys]
    return "\n\n".join(paragraphs + [hint] * bool(hint))
