"""The codebook: its model, its files, its printed form, and the steps from one version to the next."""
