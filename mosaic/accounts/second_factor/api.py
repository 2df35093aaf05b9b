"""REST of the second factor: by somebody who is signed in, about their own."""

from fastapi import APIRouter

from mosaic.accounts.second_factor import service
from mosaic.accounts.second_factor.models import (
    Code,
    Owner,
    Proof,
    RecoveryCodes,
    SecondFactorBegun,
    SecondFactorPublic,
)
from mosaic.edge import Caller, SignedIn

router = APIRouter(prefix="/auth/second-factor", tags=["Accounts"])


@router.get("")
async def read_second_factor(work: SignedIn) -> SecondFactorPublic:
    """Whether a code is asked for at sign-in, and how many recovery codes are left."""
    return await service.read(work)


@router.post("", status_code=201, responses={429: {}})
async def set_up_second_factor(actor: Caller, owner: Owner) -> SecondFactorBegun:
    """Make a secret for an authenticator app; it counts once a code of it is confirmed."""
    return await service.set_up(actor, owner)


@router.post("/confirmation")
async def confirm_second_factor(actor: Caller, given: Code) -> RecoveryCodes:
    """Switch on what was set up; the recovery codes are in this answer and never again."""
    return await service.confirm(actor, given)


@router.post("/recovery-codes", responses={429: {}})
async def renew_recovery_codes(actor: Caller, proof: Proof) -> RecoveryCodes:
    """Replace the recovery codes; those before are worth nothing from here on."""
    return await service.renew_codes(actor, proof)


@router.post("/removal", status_code=204, responses={429: {}})
async def switch_off_second_factor(actor: Caller, proof: Proof) -> None:
    """Switch it off, with the password and a code or a recovery code."""
    await service.switch_off(actor, proof)
