"""Read and check exports and tables made elsewhere, without SQL."""
