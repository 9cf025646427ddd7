import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Problem, type FieldProblem } from '../api/client.ts'
import { problemText } from './states.tsx'

/** A refusal above a form: the server's sentence and the problems no field of the form shows. */
export function ProblemAlert({ error, rest = [] }: { error: unknown; rest?: readonly FieldProblem[] }) {
  const { t } = useTranslation()
  if (!error) return null
  const shown = rest.length > 0 ? rest : error instanceof Problem && error.fields.length === 0 ? [] : rest
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} role="alert" title={t('error.refused')}>
      {problemText(error, t('error.unexpected'), t('error.unreachableDetail'))}
      {shown.map((field) => (
        <div key={`${field.pointer}${field.code}`}>
          {field.pointer}: {field.message}
        </div>
      ))}
    </Alert>
  )
}
