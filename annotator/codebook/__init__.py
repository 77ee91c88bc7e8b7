"""The codebook: model, files, printed form, and steps between versions."""
