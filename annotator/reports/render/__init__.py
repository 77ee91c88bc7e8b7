"""A report as text, HTML, Markdown, LaTeX, CSV or SVG."""
