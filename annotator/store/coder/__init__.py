"""One coder's work: coding, filters, search, registry, blindness."""
