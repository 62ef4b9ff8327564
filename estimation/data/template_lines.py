"""The lines of a template (.mdmt): keywords with values, and the two blocks of variables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from estimation.errors import SpecError
from estimation.files import read_text
from estimation.spec.command_lines import split_lines
from estimation.spec.command_names import read_text_value

ALL = "*all variables"
ID = "level2id"
_BLOCKS = ("l1vars", "l2vars")


@dataclass(frozen=True)
class Entry:
    """A line: where it stands, and what of it is before and after the first colon."""

    where: str
    line: str

    @property
    def keyword(self) -> str:
        """In small letters; empty where there is no colon, or the line is a name in quotes."""
        before, colon, _ = self.line.partition(":")
        return before.strip().lower() if colon and not self.line.startswith('"') else ""

    @property
    def value(self) -> str:
        """As it stands, without blanks around it."""
        return self.line.partition(":")[2].strip()


@dataclass(frozen=True)
class Block:
    """A block of variables; no names for all of them."""

    id_name: str
    names: tuple[str, ...] | None
    unknown: tuple[Entry, ...]


@dataclass(frozen=True)
class Lines:
    """A template's lines outside the blocks, and the blocks of level 1 and level 2."""

    outer: tuple[Entry, ...]
    blocks: tuple[Block, Block]

    def single(self) -> dict[str, Entry]:
        """Return the lines that stand once, by their keyword, but for those without a value."""
        options: dict[str, Entry] = {}
        for entry in (each for each in self.outer if each.keyword != "step" and each.value):
            if options.setdefault(entry.keyword, entry) is not entry:
                raise SpecError(
                    f"{entry.where}: {entry.keyword} stands a second time "
                    f"(first in {options[entry.keyword].where}). Delete one of the two."
                )
        return options


def read_lines(path: Path) -> Lines:
    """Read the lines of a template of HLM2; raises FileError, SpecError with the line at fault."""
    lines = [each.strip() for each in split_lines(read_text(path))]
    _check_kind(path, lines)
    numbered = (Entry(f"{path}, line {number}", line) for number, line in enumerate(lines, 1))
    outer, inner = _parted(path, [each for each in numbered if each.line[:1] not in {"", "#"}])
    first, second = (_block(inner[each]) for each in _BLOCKS)
    return Lines(tuple(outer), (first, second))


def _check_kind(path: Path, lines: Sequence[str]) -> None:
    """Refuse a template of another module of HLM."""
    head = next((each.upper() for each in lines if each.startswith("#")), "")
    if "TEMPLATE" in head and "HLM2" not in head.removeprefix("#").split():
        raise SpecError(
            f"{path} is a template of another kind ({head.strip('# ')}). This program makes "
            "two-level data, from templates of HLM2."
        )


def _parted(path: Path, entries: Iterable[Entry]) -> tuple[list[Entry], dict[str, list[Entry]]]:
    """Return the lines outside the blocks, and those of each block."""
    outer: list[Entry] = []
    blocks: dict[str, list[Entry]] = {}
    inside: tuple[str, Entry] | None = None
    for entry in entries:
        mark, _, block = entry.line.lower().partition(" ")
        if mark == "*begin":
            _check_begin(entry, block.strip(), blocks, inside)
            inside = block.strip(), entry
            blocks[block.strip()] = []
        elif mark == "*end":
            if inside is None or inside[0] != block.strip():
                raise SpecError(f"{entry.where}: {entry.line} has no *begin. Correct the blocks.")
            inside = None
        else:
            (blocks[inside[0]] if inside else outer).append(entry)
    if inside:
        raise SpecError(f"{inside[1].where}: {inside[1].line} has no *end. Add *end {inside[0]}")
    lacking = next((each for each in _BLOCKS if each not in blocks), None)
    if lacking:
        raise SpecError(
            f"{path} is no template of two-level data: there is no block *begin {lacking}. Add it, "
            f"with level2id:, a line for each variable, and *end {lacking}"
        )
    return outer, blocks


def _check_begin(
    entry: Entry, block: str, blocks: Iterable[str], inside: tuple[str, Entry] | None
) -> None:
    if block not in _BLOCKS:
        raise SpecError(f"{entry.where}: there are no {block}. Blocks are l1vars and l2vars.")
    if block in blocks:
        raise SpecError(f"{entry.where}: {block} begin a second time. Delete one of the two.")
    if inside:
        raise SpecError(f"{entry.where}: {inside[0]} have no end yet. Add *end {inside[0]}")


def _block(entries: Sequence[Entry]) -> Block:
    names = [each for each in entries if not each.keyword and not each.line.startswith("*")]
    ids = [each for each in entries if each.keyword == ID]
    if len(ids) > 1:
        raise SpecError(f"{ids[1].where}: there is one {ID} for each level. Delete this one.")
    everything = any(each.line.lower() == ALL for each in entries)
    return Block(
        read_text_value(ids[0].value) if ids else "",
        None if everything else tuple(dict.fromkeys(read_text_value(each.line) for each in names)),
        tuple(each for each in entries if each not in (*names, *ids) and each.line.lower() != ALL),
    )
