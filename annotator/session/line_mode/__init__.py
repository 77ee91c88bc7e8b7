"""Line mode: coding without a screen, each answer in plain sentences."""
