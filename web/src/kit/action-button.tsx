import { Button, Tooltip, type ButtonProps } from '@mantine/core'
import type { MouseEventHandler, ReactNode } from 'react'
import type { AllowedAction } from '../api/shapes.ts'

interface ActionButtonProps extends ButtonProps {
  /** What the document allows now; an action it does not list is allowed (the server decides). */
  actions: readonly AllowedAction[] | undefined
  action: string
  /** Takes the keyboard when it appears: the next step of a task. */
  autoFocus?: boolean
  onClick: MouseEventHandler<HTMLButtonElement>
  children: ReactNode
}

/** Answers whether an action is allowed, and why not. */
export function allowance(actions: readonly AllowedAction[] | undefined, action: string): { allowed: boolean; reason: string } {
  const found = actions?.find((one) => one.action === action)
  return { allowed: found?.allowed ?? true, reason: found?.reason ?? '' }
}

/** A button of a document. Where the state forbids the action the button stays, disabled, with the reason in its tooltip. */
export function ActionButton({ actions, action, children, onClick, ...button }: ActionButtonProps) {
  const { allowed, reason } = allowance(actions, action)
  if (allowed)
    return (
      <Button {...button} onClick={onClick}>
        {children}
      </Button>
    )
  return (
    <Tooltip label={reason} disabled={reason === ''}>
      <Button {...button} variant="default" data-disabled aria-disabled="true" onClick={(event) => event.preventDefault()}>
        {children}
      </Button>
    </Tooltip>
  )
}
