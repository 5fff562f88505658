"""The same runs on a Dask cluster; the trainer is the one of `model.training`."""
