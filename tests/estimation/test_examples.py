"""The example that ships with the program."""

from estimation.examples import hsb, lesson_file, lesson_spec
from estimation.spec import Equation, Likelihood, Term, VariancePredictor
from estimation.spec.command_lookup import resolve


def test_the_data_are_whole():
    data = hsb()
    assert (data.n_rows, data.n_units, data.report) == (7185, 160, ())
    assert data.catalogue.names(1) == ("MINORITY", "FEMALE", "SES", "MATHACH")
    assert data.catalogue.names(2) == ("SIZE", "SECTOR", "PRACAD", "DISCLIM", "HIMINTY", "MEANSES")
    assert all(each.label for each in (*data.catalogue.level1, *data.catalogue.level2))
    assert round(data.level1["MATHACH"].mean(), 4) == 12.7479


def test_the_lesson_is_the_manuals_model():
    spec = lesson_spec()
    assert spec.outcome == "MATHACH"
    assert spec.equations == (
        Equation(Term("INTRCPT1"), random=True),
        Equation(Term("FEMALE"), random=True),
    )
    assert spec.variance_predictors == (VariancePredictor("FEMALE"),)
    assert spec.settings.likelihood is Likelihood.FULL


def test_the_lessons_file_fits_its_data_without_a_warning():
    file = lesson_file()
    assert file.warnings == ()
    assert resolve(file, hsb().catalogue) == lesson_spec()
