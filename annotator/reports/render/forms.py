"""The forms a report can be given besides the terminal's, by name."""

from __future__ import annotations

from annotator.reports.file_report import FileReport
from annotator.reports.methods_paragraph import methods, methods_of_file
from annotator.reports.pages import file_page, whole
from annotator.reports.project import ProjectReport
from annotator.reports.render.csv_figures import to_csv
from annotator.reports.render.html import to_html
from annotator.reports.render.latex import to_latex
from annotator.reports.render.markdown import to_markdown


def formed(report: ProjectReport | FileReport, form: str) -> str:
    """A report as text in one of the forms markdown, html, latex, csv, methods."""
    if form == "csv":
        return to_csv(report)
    if form == "methods":
        said = methods(report) if isinstance(report, ProjectReport) else methods_of_file(report)
        return said + "\n"
    blocks = list(whole(report) if isinstance(report, ProjectReport) else file_page(report))
    if form == "html":
        return to_html(blocks, "Agreement between coders")
    return to_latex(blocks) if form == "latex" else to_markdown(blocks)
