"""Which account a person of the provider has: found by issuer and subject, or made."""

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from mosaic.accounts import service
from mosaic.accounts.models import User
from mosaic.accounts.oidc.models import ProviderIdentity
from mosaic.accounts.oidc.provider import Identity
from mosaic.core.errors import BadRequest, Conflict, NotAllowed
from mosaic.core.ids import new_id
from mosaic.core.shapes import Email, Line
from mosaic.core.work import Work

_EMAIL: TypeAdapter[str] = TypeAdapter(Email)
_NAME: TypeAdapter[str] = TypeAdapter(Line)


async def account_of(work: Work, found: Identity) -> User:
    """Return the account of somebody; made or joined by e-mail address the first time.

    For the doorkeeper. Raises NotAllowed where the address is not theirs for sure, Conflict before
    Mosaic is set up.
    """
    await work.session.execute(_TAKE_TURNS, {"who": f"{found.issuer} {found.subject}"})
    known = await work.session.get(ProviderIdentity, (found.issuer, found.subject))
    if known is not None:
        return await work.session.get_one(User, known.user_id)
    if await service.setup_needed(work):
        raise Conflict("Mosaic is not set up yet. The first account is made here, not elsewhere.")
    email = _address(found)
    try:
        async with work.attempt():
            user = await service.get_user_by_email(work, email)
            if user is None:
                user = User(id=new_id(), email=email, name=_name(found.name, email))
                work.session.add(user)
                await work.session.flush()
            identity = ProviderIdentity(issuer=found.issuer, subject=found.subject, user_id=user.id)
            work.session.add(identity)
            await work.session.flush()
    except IntegrityError:
        raise Conflict("This account was made at the same moment. Please sign in anew.") from None
    return user


def _address(found: Identity) -> str:
    if not found.email:
        raise NotAllowed("The sign-in service told no e-mail address, so nobody can be let in.")
    # An address that anybody may claim would open somebody else's account, or take its place.
    if not found.verified:
        raise NotAllowed("The sign-in service has not verified this e-mail address.")
    try:
        return _EMAIL.validate_python(found.email)
    except ValidationError:
        raise BadRequest("The e-mail address of the sign-in service cannot be used.") from None


def _name(told: str, email: str) -> str:
    kept = told.replace("\x00", "").encode(errors="replace").decode().strip()[:200].strip()
    return _NAME.validate_python(kept or email.partition("@")[0])


_TAKE_TURNS = text("SELECT pg_advisory_xact_lock(hashtextextended(:who, 0))")
