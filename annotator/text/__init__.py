"""Text: safe for terminals and tables; sentences, quotations, evidence."""
