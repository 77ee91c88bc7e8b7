"""The codebook: model, files, versions."""
