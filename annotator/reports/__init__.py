"""What is said about a project's agreement: compared paragraph by paragraph, computed once, rendered in every form."""
