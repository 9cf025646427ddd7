import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { BulkAction } from './list-types.ts'
import classes from './list.module.css'

/** What can be done with the selected rows; the number stands in the button. */
export function BulkBar<Row>({ bulk, rows, clear }: { bulk: readonly BulkAction<Row>[] | undefined; rows: Row[]; clear: () => void }) {
  const { t } = useTranslation()
  const [busy, setBusy] = useState<number | null>(null)
  if (bulk === undefined || rows.length === 0) return null
  const run = async (action: BulkAction<Row>, index: number) => {
    setBusy(index)
    try {
      await action.run(rows)
      clear()
    } finally {
      setBusy(null)
    }
  }
  return (
    <div className={classes.bulk} role="toolbar" aria-label={t('list.selected', { count: rows.length })}>
      <span role="status">{t('list.selected', { count: rows.length })}</span>
      {bulk.map((action, index) => (
        <Button
          key={action.label(1)}
          variant={index === 0 ? 'filled' : 'default'}
          loading={busy === index}
          disabled={action.permission === false || (busy !== null && busy !== index)}
          onClick={() => void run(action, index)}
        >
          {action.label(rows.length)}
        </Button>
      ))}
      <Button variant="subtle" onClick={clear}>
        {t('list.clearSelection')}
      </Button>
    </div>
  )
}
