"""What the dialog that makes data files says of a draft, of its files, and of their join."""

from app.model.making import Draft, FileRead, Found, chosen, missing_values
from estimation.data.report import Finding, JoinReport, count, grouped

# Findings that are shown at once, and variables that a tip lists.
_SHOWN, _LISTED = 4, 20


def details(draft: Draft, found: Found | None, level: int, file: FileRead | None) -> str:
    """Say what was read of the file of a level, and what is taken from it."""
    parts = [] if file is None else [file.kind, count(file.table.n_rows, "row")]
    if found is not None:
        id_name = found.id_name(level)
        n_variables = len(found.file(level).facts) - bool(id_name)
        parts += [
            f"ID: {id_name or 'not chosen'}",
            f"{len(chosen(draft, found, level))} of {count(n_variables, 'variable')} in the MDM",
        ]
    return "  ·  ".join(parts)


def missing_words(draft: Draft, found: Found | None) -> str:
    """Say in how many of the variables chosen values are missing."""
    if found is None:
        return ""
    n = len(missing_values(draft, found))
    return f"found in {count(n, 'variable')}" if n else "none found"


def missing_list(draft: Draft, found: Found | None) -> str:
    """List the variables in which values are missing, a line each."""
    counts = missing_values(draft, found) if found is not None else {}
    lines = [f"{name}: {grouped(n)} missing" for name, n in counts.items()]
    more = [f"and {len(lines) - _LISTED} more"] if len(lines) > _LISTED else []
    return "\n".join([*lines[:_LISTED], *more])


def summary(report: JoinReport) -> str:
    """Say how many rows and units there will be, and what is lost on the way."""
    counts = [each.message for each in report.entries if each.finding is Finding.COUNTS]
    lost = report.messages
    if not lost:
        return " ".join([*counts, "Nothing is lost."])
    rest = len(lost) - _SHOWN
    more = [f"•  {count(rest, 'more finding')}: see the join report."] if rest > 0 else []
    return "\n".join([*counts, *(f"•  {each}" for each in lost[:_SHOWN]), *more])


def advice(draft: Draft, found: Found) -> str:
    """Say what else could be done, where much is not there; empty as a rule."""
    if found.level2 is not None or chosen(draft, found, 2):
        return ""
    file = found.level1
    if len(file.sheets) > 1:
        return (
            f"There are no level-2 variables. If they are on another sheet of {file.table.file}, "
            "choose it as level-2 file, too, and then the sheet."
        )
    return "There are no level-2 variables. If another file holds them, choose it as level-2 file."
