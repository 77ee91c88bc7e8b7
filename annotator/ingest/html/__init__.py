"""Web pages: elements, metadata, and the body of the article."""
