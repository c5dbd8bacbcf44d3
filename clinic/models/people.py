"""Who works here, and what each may do."""

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from .history import tracked


class UserManager(BaseUserManager):
    use_in_migrations = True

    def create_user(self, email, password=None, **fields):
        """In small letters, as allauth looks for it: with a capital in it nobody could sign in."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractUser):
    """A person who signs in. The e-mail address is the login; groups carry the permissions."""

    username = None
    email = models.EmailField("e-mail", unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    objects = UserManager()

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="one_user_an_email", violation_error_message="Somebody signs in with this already."
            )
        ]

    def __str__(self):
        return self.get_full_name() or self.email


class Technique(models.TextChoices):
    NEEDLING = "needling", "Acupuncture"
    ESTIM = "estim", "Electro-acupuncture"
    DRY_NEEDLING = "dry_needling", "Dry needling"
    AURICULAR = "auricular", "Ear acupuncture"
    CUPPING = "cupping", "Cupping"
    TUINA = "tuina", "Tui Na"
    MOVEMENT = "movement", "Breathing and movement"


class CredentialKind(models.TextChoices):
    LAC = "lac", "L.Ac."
    PT = "pt", "PT"
    LMT = "lmt", "LMT"
    DC = "dc", "DC"
    MD = "md", "MD"


class CredentialQuerySet(models.QuerySet):
    def valid_on(self, day):
        """Credentials in force on a calendar day, the day of expiry included."""
        return self.filter(Q(issued__lte=day), Q(expires__isnull=True) | Q(expires__gte=day))


@tracked
class Credential(models.Model):
    practitioner = models.ForeignKey("clinic.Practitioner", models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=10, choices=CredentialKind)
    number = models.CharField(max_length=40)
    jurisdiction = models.CharField(max_length=10, help_text="State or country code, such as CO.")
    issued = models.DateField()
    expires = models.DateField(null=True, blank=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=CredentialKind.values), name="credential_kind_is_known"),
            models.CheckConstraint(
                condition=Q(expires__isnull=True) | Q(expires__gt=F("issued")),
                name="credential_expires_after_issue",
                violation_error_message="A credential ends after it was issued.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.jurisdiction}"


@tracked
class ScopeRule(models.Model):
    """May a holder of this credential perform this technique in this jurisdiction? No row means no.

    Scope differs by state and moves; the rows are the clinic's to edit, each with its source.
    """

    jurisdiction = models.CharField(max_length=10)
    credential_kind = models.CharField(max_length=10, choices=CredentialKind)
    technique = models.CharField(max_length=20, choices=Technique)
    allowed = models.BooleanField()
    note = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "credential_kind", "technique"],
                name="one_scope_rule_each",
                violation_error_message="There is a rule for this technique already.",
            ),
            models.CheckConstraint(condition=Q(technique__in=Technique.values), name="scope_technique_is_known"),
            models.CheckConstraint(
                condition=Q(credential_kind__in=CredentialKind.values), name="scope_credential_is_known"
            ),
        ]
