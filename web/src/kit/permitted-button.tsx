import { Button, Tooltip, type ButtonProps } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { MouseEventHandler, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../api/queries.ts'

interface PermittedButtonProps extends ButtonProps {
  permission: string
  /** A page that it opens; else `onClick` says what it does. */
  to?: string
  onClick?: MouseEventHandler<HTMLButtonElement>
  children: ReactNode
}

/** A button that a permission opens. Without it the button stays, disabled, and says which permission lacks and who can give it. */
export function PermittedButton({ permission, to, onClick, children, ...button }: PermittedButtonProps) {
  const { t } = useTranslation()
  const may = useMay(permission)
  if (!may)
    return (
      <Tooltip label={t('lists.mayNot', { permission })}>
        <Button {...button} variant="default" data-disabled aria-disabled="true" onClick={(event) => event.preventDefault()}>
          {children}
        </Button>
      </Tooltip>
    )
  return to === undefined ? (
    <Button {...button} {...(onClick === undefined ? {} : { onClick })}>
      {children}
    </Button>
  ) : (
    <Button {...button} component={Link} to={to}>
      {children}
    </Button>
  )
}
