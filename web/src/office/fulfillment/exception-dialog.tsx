import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { FormEventHandler, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemAlert } from '../../kit/problem-alert.tsx'

interface ExceptionDialogProps {
  title: string
  /** What it will do, before it is done. */
  preview: string
  error: Error | null
  button: string
  busy: boolean
  disabled?: boolean
  danger?: boolean
  onSubmit: FormEventHandler<HTMLFormElement>
  onClose: () => void
  children: ReactNode
}

/** A dialog of one exception: says what will happen, asks for what is needed, and has one button. */
export function ExceptionDialog(props: ExceptionDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal opened onClose={props.onClose} size="lg" title={props.title} closeButtonProps={{ 'aria-label': t('action.close') }}>
      <form onSubmit={props.onSubmit}>
        <Stack gap="sm">
          <ProblemAlert error={props.error} />
          <Text size="sm">{props.preview}</Text>
          {props.children}
          <Group justify="end">
            <Button type="submit" {...(props.danger ? { color: 'red' } : {})} loading={props.busy} disabled={props.disabled ?? false}>
              {props.button}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
