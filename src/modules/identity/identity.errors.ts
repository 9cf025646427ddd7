import { DomainError, invalidField } from '../../kernel/errors.ts'

/** The e-mail and password do not go together; says no more, so that nobody learns which e-mails exist. */
export function wrongCredentials(): DomainError {
  return new DomainError(
    'unauthenticated',
    'identity.wrong_credentials',
    'The e-mail and the password do not go together. Check both and try again.',
  )
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
