"""What was done to a contact is taken back where it still stands."""

from kith.merge.inverse import values_back
from kith.model.contact import Contact, Phone

WAS = Contact(full_name="Ida", phones=(Phone("+49 171 3920012"), Phone("+49 171 3920013")))


def test_a_field_of_which_two_values_were_changed_since_is_named_once():
    became = WAS.but(phones=tuple(Phone(phone.value, ("work",)) for phone in WAS.phones))
    present = WAS.but(phones=tuple(Phone(phone.value, ("home",)) for phone in WAS.phones))
    assert values_back(present, became, WAS) == (present, ["phones was changed since and stays"])
