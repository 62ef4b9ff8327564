"""The letters of the equations, for each structure of the data."""

import pytest

from estimation.spec import Centring, ModelSpec, Structure, VariancePredictor
from estimation.spec.edits import (
    add_level1,
    add_level2,
    choose_outcome,
    set_variance_predictors,
    toggle_random,
)
from estimation.spec.equations import (
    Role,
    level1_model,
    level2_models,
    mixed_model,
    plain,
    variance_model,
)
from estimation.spec.letters import INDICES, Letters, letters_of

# Names that look like symbols stay as they are.
SPEC = add_level1(choose_outcome(ModelSpec(), "β"), "u", Centring.GROUP)
SPEC = add_level2(toggle_random(SPEC, "u"), "u", "r")
SPEC = set_variance_predictors(SPEC, (VariancePredictor("i"), VariancePredictor("j", 2)))


def written(structure: Structure) -> list[str]:
    lines = [line for _, line in level2_models(SPEC, structure)]
    lines = [level1_model(SPEC, structure), *lines, *variance_model(SPEC, structure)]
    return [plain(line) for line in [*lines, mixed_model(SPEC, structure)]]


PERSONS = [
    "βij = β0j + β1j(uij) + rij",
    "β0j = γ00 + u0j",
    "β1j = γ10 + γ11(rj) + u1j",
    "Var(rij) = σ²ij",
    "ln σ²ij = α0 + α1(iij) + α2(jj)",
    "βij = γ00 + γ10(uij) + γ11(rj)(uij) + u0j + u1j(uij) + rij",
]
MEASURES = [
    "βti = π0i + π1i(uti) + eti",
    "π0i = β00 + r0i",
    "π1i = β10 + β11(ri) + r1i",
    "Var(eti) = σ²ti",
    "ln σ²ti = α0 + α1(iti) + α2(ji)",
    "βti = β00 + β10(uti) + β11(ri)(uti) + r0i + r1i(uti) + eti",
]


def test_every_structure_has_its_letters():
    assert written(Structure.PERSONS_IN_GROUPS) == PERSONS
    assert written(Structure.MEASURES_IN_PERSONS) == MEASURES
    in_groups = written(Structure.MEASURES_IN_GROUPS)
    assert in_groups[:3] == [
        "βmj = π0j + π1j(umj) + emj",
        "π0j = β00 + r0j",
        "π1j = β10 + β11(rj) + r1j",
    ]


def test_persons_within_groups_are_the_default():
    assert letters_of(Structure.PERSONS_IN_GROUPS) == Letters()
    assert level1_model(SPEC) == level1_model(SPEC, Structure.PERSONS_IN_GROUPS)
    assert level2_models(SPEC) == level2_models(SPEC, Structure.PERSONS_IN_GROUPS)


@pytest.mark.parametrize("structure", Structure)
def test_pieces_keep_what_they_stand_for(structure):
    """Clicks and typesetting go by role and name, whatever the letters."""
    for (name, line), (_, usual) in zip(
        level2_models(SPEC, structure), level2_models(SPEC), strict=True
    ):
        assert [(each.role, each.name) for each in line] == [
            (each.role, each.name) for each in usual
        ]
        assert line[-1].role in {Role.ERROR, Role.ERROR_OFF}
        assert (line[-1].name, line[-1].text) == (name, letters_of(structure).error)


def test_every_letter_of_a_subscript_is_known():
    assert set(INDICES) == set("ijtm")
