"""The agreement of a file of labels, computed without a project."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from annotator import __version__
from annotator.agreement import ReliabilityData, VariableReport, variable_report
from annotator.agreement.data.clusters import Clusters
from annotator.agreement.report import plain as as_json
from annotator.reports.compared.measures import Measure
from annotator.reports.label_files.label_file import LabelFile
from annotator.reports.models.model_comparison import ModelComparison, compare_model
from annotator.reports.project import ConfusionMatrix, Intervals, MeasureReport, set_readings


@dataclass(frozen=True, eq=False)
class FileReport:
    """One variable's agreement, from a file."""

    file: LabelFile[Any]
    measured: MeasureReport
    model: ModelComparison | None = None
    """A model beside the humans, if one was named; it is not in the other figures."""

    @property
    def report(self) -> VariableReport:
        """The coefficients and what explains them."""
        return self.measured.report

    def to_dict(self) -> dict[str, Any]:
        """As `annotator agreement --from FILE --json` writes it."""
        whole = self.report.to_dict()
        whole["warnings"] = [*whole["warnings"], *self.file.remarks, *(self.model.warnings if self.model else ())]
        matrix = self.measured.confusion
        return {
            **whole,
            "beside": {name: one.to_dict() for name, one in self.measured.beside.items()},
            "coders": [as_json(coder) for coder in self.file.data.coders],
            "confusion_matrix": None if matrix is None else matrix.to_dict(),
            "source": {
                "file": self.file.name,
                "n_rows": self.file.n_rows,
                "n_skipped": len({fault.line for fault in self.file.skipped}) + self.file.n_uncounted,
                "skipped": [{"line": fault.line, "fault": fault.sentence} for fault in self.file.skipped],
            },
            "software": f"annotator {__version__}",
            **({} if self.model is None else {"model": self.model.to_dict()}),
        }


def file_report(
    file: LabelFile[Any], intervals: Intervals | None = None, weights: str = "nominal", epsilon: float | None = None
) -> FileReport:
    """Compute everything that can be said without a project.

    Args:
        file: The labels.
        intervals: How the intervals of α are made; clusters are those of the file.
        weights: Of κ, AC and Brennan-Prediger: nominal, linear, quadratic or ordinal.
        epsilon: How much worse than a human the file's model may be.
    """
    how = intervals or Intervals()
    data = file.data
    clusters = None if file.clusters is None else Clusters.of(file.clusters, file.cluster)
    report = variable_report(
        data,
        weights=weights,
        n_samples=how.n_samples,
        seed=how.seed,
        method=how.method,
        clusters=clusters,
    )
    beside = set_readings(data, clusters)
    measure = Measure("label", "label", "unit", data.level, data.categories)
    labels = data if isinstance(data, ReliabilityData) else None
    measured = MeasureReport(measure, report, beside, confusion=ConfusionMatrix.of(data), data=labels)
    return FileReport(file, measured, _of_model(file, epsilon))


def _of_model(file: LabelFile[Any], epsilon: float | None) -> ModelComparison | None:
    found = file.with_model
    if found is None:
        return None

    def clusters_of(units: Sequence[Hashable]) -> Clusters | None:
        return Clusters.of([found.clusters.get(str(unit)) for unit in units], file.cluster) if found.clusters else None

    return compare_model(found.data, found.name, epsilon, found.gold, clusters_of)
