import { DomainError, type FieldProblem, invalidInput } from '../../kernel/errors.ts'

/** A template that cannot be filled; every problem at its field. */
export function templateInvalid(problems: FieldProblem[]): DomainError {
  const first = problems[0]
  return new DomainError(
    'invalid',
    'messaging.template_invalid',
    `The template is not valid. ${first?.pointer.slice(1)} ${first?.message}.`,
    {
      fields: problems,
    },
  )
}

/** Sending was switched on without what it needs. */
export function senderIncomplete(missing: readonly string[]): DomainError {
  return invalidInput(missing.map((name) => ({ pointer: `/${name}`, code: 'needed', message: 'is needed before messages can be sent' })))
}

/** There is no sender yet, or it is off. */
export function senderOff(): DomainError {
  return new DomainError(
    'rule',
    'messaging.sender_off',
    'Sending is switched off. Enter the SMTP server and switch it on in Settings, Messages.',
  )
}

/** A message on its way is not sent a second time beside itself. */
export function messageUnderWay(id: string): DomainError {
  return new DomainError(
    'rule',
    'messaging.message_under_way',
    'This message is still waiting to be sent. Wait until it is sent or has failed.',
    {
      detail: { id },
    },
  )
}

/** Nothing is left to send. */
export function messageErased(id: string): DomainError {
  return new DomainError('rule', 'messaging.message_erased', 'The words and the address of this message were erased by request.', {
    detail: { id },
  })
}

/** The trial message did not go out; `reason` is what the server said. */
export function testFailed(reason: string): DomainError {
  return new DomainError('rule', 'messaging.test_failed', `The test message was not sent: ${reason}`, { detail: { reason } })
}

/** An address that webhooks may not reach. */
export function urlRefused(message: string): DomainError {
  return invalidInput([{ pointer: '/url', code: 'messaging.url_refused', message }])
}

/** More endpoints than one organization may have. */
export function tooManyEndpoints(most: number): DomainError {
  return new DomainError(
    'rule',
    'messaging.too_many_endpoints',
    `There are ${most} webhook endpoints already, the most there may be. Delete one first.`,
    {
      detail: { most },
    },
  )
}

/** A delivery to an endpoint that is gone or off. */
export function endpointOff(id: string): DomainError {
  return new DomainError('rule', 'messaging.endpoint_off', 'This endpoint is switched off. Switch it on, then replay.', { detail: { id } })
}
