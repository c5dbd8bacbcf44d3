"""A form over something that two managers may edit at once; see `clinic.practice.writing`."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout, Submit
from django import forms

from clinic.errors import ClinicError
from clinic.practice.errors import SavedMeanwhile
from clinic.practice.writing import differences, digest, told


class SeenForm(forms.Form):
    """Begins with `theirs`, the words of what stands; after a clash `clashes` tells both, and `status` is 409.

    Subclasses give `fields_shown()`, the layout, and `mine()`, what was typed in the same words as `theirs`.
    """

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    submit = "Save"

    def __init__(self, data=None, *, theirs=None, initial=None, **options):
        start = {"seen": digest(theirs)} if theirs else {}
        super().__init__(data, initial=(initial or {}) | start, use_required_attribute=False, **options)
        self.status, self.clashes = 200, []
        self.fit()
        self.button = Submit("save", self.submit, data_key="Ctrl+Enter", data_key_label="Save")
        self.helper = FormHelper(self)
        self.helper.attrs = {"data-draft": "", "autocomplete": "off", "novalidate": ""}
        self.helper.layout = Layout(
            "seen",
            *self.fields_shown(),
            Div(
                self.button,
                HTML('<a class="btn" href="{{ back }}">Cancel</a>'),
                css_class="form-acts",
            ),
        )

    def fit(self):
        """Drops fields that have no place now."""

    def fields_shown(self):
        return [name for name in self.fields if name != "seen"]

    def there(self, *names):
        return [name for name in names if name in self.fields]

    def tried(self, verb, **words):
        """What the verb returns; or None, with its refusal on the field it belongs to."""
        try:
            return verb(**words)
        except SavedMeanwhile as refusal:
            self.show(refusal.theirs)
        except ClinicError as refusal:
            self.refuse(refusal)
        return None

    def show(self, theirs):
        """What stands now beside what was typed; whoever saves again has seen both."""
        self.status = SavedMeanwhile.status
        self.clashes = differences(theirs, self.mine())
        self.data = self.data.copy()
        self.data["seen"] = digest(theirs)

    def refuse(self, refusal):
        self.status = refusal.status
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class RowForm(SeenForm):
    """Over one row, whose columns `columns` are fields of the form; a new one is in use."""

    columns = []

    def __init__(self, data=None, *, row, **options):
        self.row = row
        stands = row.pk is not None
        initial = {name: getattr(row, name) for name in self.columns} if stands else {}
        theirs = told(row, self.columns) if stands else None
        super().__init__(data, theirs=theirs, initial=initial | options.pop("initial", {}), **options)

    def fit(self):
        if self.row.pk is None:
            self.fields.pop("active", None)

    def details(self):
        return {name: self.cleaned_data[name] for name in self.columns if name in self.cleaned_data}

    def save(self, verb, *, by):
        """The saved row; or None, with the refusal on its field. `verb` takes the row as `row`."""
        return self.tried(verb, row=self.row, details=self.details(), by=by, seen=self.cleaned_data["seen"])

    def mine(self):
        return told(type(self.row)(**self.details()), self.columns)
