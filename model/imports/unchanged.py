"""Layers that hand their input on unchanged once training is over, and are left out.

They are data augmentation, and noise and penalties. Dropout stays, as Keras shows it.
"""

UNCHANGED = frozenset(
    (
        "RandomBrightness",
        "RandomColorDegeneration",
        "RandomColorJitter",
        "RandomContrast",
        "RandomElasticTransform",
        "RandomErasing",
        "RandomFlip",
        "RandomGaussianBlur",
        "RandomHue",
        "RandomInvert",
        "RandomPerspective",
        "RandomPosterization",
        "RandomRotation",
        "RandomSaturation",
        "RandomSharpness",
        "RandomShear",
        "RandomTranslation",
        "RandomZoom",
        "ActivityRegularization",
        "AlphaDropout",
        "GaussianDropout",
        "Identity",
    )
)
