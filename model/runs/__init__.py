"""What a run leaves on disk, without Keras: its state, snapshots, results, saved networks."""
