import { DomainError, invalidField } from '../../kernel/errors.ts'

/** The e-mail and password do not go together; says no more, so that nobody learns which e-mails exist. */
export function wrongCredentials(): DomainError {
  return new DomainError(
    'unauthenticated',
    'identity.wrong_credentials',
    'The e-mail and the password do not go together. Check both and try again.',
  )
}

/** Sign-in met a failure of its own; says no more than that. */
export function signInUnavailable(cause: string): DomainError {
  return new DomainError('unavailable', 'identity.sign_in_failed', 'Signing in does not work just now. Try again in a moment.', { cause })
}

/** The code is wrong, was used before, came too late, or too many were wrong; says no more, so that guessing learns nothing. */
export function wrongCode(): DomainError {
  return new DomainError(
    'unauthenticated',
    'identity.wrong_code',
    'This code is not taken. Wait for the next one of your app, or use a recovery code; after ten minutes or five wrong codes begin again with the password.',
  )
}

/** A signed-in user's own password, asked for again, is wrong. */
export function wrongPassword(): DomainError {
  return invalidField('/password', 'identity.wrong_password', 'is not your password')
}

/** There is an authenticator app already. */
export function secondStepOn(): DomainError {
  return new DomainError(
    'conflict',
    'identity.second_step_on',
    'Signing in asks for a code already. Turn that off first to use another app.',
  )
}

/** One of the passwords that are tried first. */
export function commonPassword(): DomainError {
  return invalidField('/password', 'identity.common_password', 'is one of the passwords that are tried first; choose another one')
}

/** No key and no session came with the request. */
export function notSignedIn(): DomainError {
  return new DomainError('unauthenticated', 'identity.not_signed_in', 'Sign in, or send an API key as "Authorization: Bearer tef_…".')
}

/** The bearer key is unknown, revoked or expired. */
export function unknownApiKey(): DomainError {
  return new DomainError(
    'unauthenticated',
    'identity.unknown_api_key',
    'This API key is unknown, revoked or expired. Create a new one under Settings, API keys.',
  )
}

/** Signed in, but in no organization (that they asked for). */
export function noOrganization(): DomainError {
  return new DomainError('forbidden', 'identity.no_organization', 'You do not belong to this organization. Ask its owner to add you.')
}

/** A write by cookie that another site may have caused. */
export function foreignOrigin(origin: string | undefined): DomainError {
  return new DomainError(
    'forbidden',
    'identity.foreign_origin',
    'A change by session cookie must come from this site: send the Origin header of this address, or use an API key.',
    { detail: { origin: origin ?? null } },
  )
}

/** The user is a member already. */
export function alreadyMember(email: string): DomainError {
  return new DomainError('conflict', 'identity.already_member', `There is a user ${email} already. Change their role instead.`)
}

/** Without an owner nobody could manage users. */
export function lastOwner(): DomainError {
  return new DomainError('rule', 'identity.last_owner', 'This is the only owner. Make another user owner first.')
}

/** Too short to withstand guessing. */
export function weakPassword(minLength: number): DomainError {
  return invalidField('/password', 'identity.weak_password', `must have at least ${minLength} characters`)
}

/** A scope that stands for nothing. */
export function unknownScope(index: number, scope: string): DomainError {
  return invalidField(
    `/scopes/${index}`,
    'identity.unknown_scope',
    `"${scope}" is no scope: use a permission such as orders.place, a room such as orders.*, read, or a role`,
  )
}

/** Nobody gives away more than they have. */
export function scopeBeyondOwn(permission: string): DomainError {
  return new DomainError(
    'forbidden',
    'identity.scope_beyond_own',
    `You cannot give a key the permission ${permission}, because you do not have it.`,
    { detail: { permission } },
  )
}

/** A word that only an organization's setting may have. */
export function badTimeZone(zone: string): DomainError {
  return invalidField('/time_zone', 'identity.bad_time_zone', `"${zone}" is no IANA time zone; write one such as Europe/Belgrade`)
}

/** A currency that ISO 4217 does not have. */
export function badCurrency(code: string): DomainError {
  return invalidField('/base_currency', 'identity.bad_currency', `"${code}" is no currency of ISO 4217; write one such as EUR`)
}
