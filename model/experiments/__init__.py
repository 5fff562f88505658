"""What can be trained, as plain data without Keras: designs, shapes, recipes, presets."""
