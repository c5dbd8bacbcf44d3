import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command

from clinic import roles


@pytest.mark.django_db(transaction=True)
def test_a_flushed_database_has_the_roles_again_with_all_they_may_do():
    call_command("flush", interactive=False, verbosity=0)

    for name, wanted in roles.ROLES.items():
        held = Group.objects.get(name=name).permissions.values_list("content_type__app_label", "codename")
        assert {f"{app}.{codename}" for app, codename in held} == set(wanted)
