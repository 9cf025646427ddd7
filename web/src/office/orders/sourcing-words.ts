import type { TFunction } from 'i18next'
import type { Formatter } from '../../kit/format.ts'

interface Candidate {
  code: string
  rank: number
  same_country: boolean
  postcode_match: number
  distance_km: number | null
  can_ship: number
  wanted: number
}

interface SourcingReasons {
  rule: string
  prefer?: string
  chosen?: string[]
  candidates?: Candidate[]
  missing?: { sku: string; quantity: number }[]
}

/** Sentences for the reasons sourcing kept on an order: the rule, how warehouses were ranked, each candidate, what is missing. */
export function describeReasons(reasons: unknown, t: TFunction, format: Formatter): string[] {
  if (!isReasons(reasons)) return typeof reasons === 'string' ? [reasons] : []
  const chosen = (reasons.chosen ?? []).join(', ')
  const missing = (reasons.missing ?? []).map((one) => `${format.number(one.quantity)} × ${one.sku}`)
  return [
    t(`sourcing.rule.${reasons.rule}`, { chosen, defaultValue: reasons.rule.replaceAll('_', ' ') }),
    ...(reasons.prefer === undefined ? [] : [t(`sourcing.prefer.${reasons.prefer}`)]),
    ...(reasons.candidates ?? []).map((candidate) => candidateWords(candidate, t, format)),
    ...(missing.length === 0 ? [] : [t('sourcing.missing', { what: missing.join(', ') })]),
  ]
}

function isReasons(value: unknown): value is SourcingReasons {
  return value !== null && typeof value === 'object' && typeof (value as { rule?: unknown }).rule === 'string'
}

function candidateWords(candidate: Candidate, t: TFunction, format: Formatter): string {
  const facts = [
    candidate.same_country ? t('sourcing.sameCountry') : null,
    candidate.postcode_match > 0 ? t('sourcing.postcodeMatch', { count: candidate.postcode_match }) : null,
    candidate.distance_km === null ? null : t('sourcing.distance', { km: format.number(candidate.distance_km) }),
  ].filter((one) => one !== null)
  return t('sourcing.candidate', {
    rank: candidate.rank,
    code: candidate.code,
    canShip: format.number(candidate.can_ship),
    wanted: format.number(candidate.wanted),
    facts: facts.length === 0 ? '' : `; ${facts.join(', ')}`,
  })
}
