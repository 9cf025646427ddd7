import { Select, Switch, Text } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { IconFileText, IconUpload } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { address, call } from '../../api/client.ts'
import { useGet, useMay, useRefresh } from '../../api/queries.ts'
import type { ImportRun, Page as Rows } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { notifyProblem } from '../../kit/notify.ts'
import { Page, Section } from '../../kit/page.tsx'
import { EmptyState, ErrorState } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { paths } from '../../paths.ts'
import classes from '../../kit/kit.module.css'

/** Formats each kind of file can have. */
const FORMATS: Readonly<Record<string, readonly string[]>> = { orders: ['tefter', 'online-retail'], items: ['tefter'], stock: ['tefter'] }
const MAX_BYTES = 50 * 1024 * 1024

/** Files that bring orders, items or stock in: drop one, see what it would do, then run it. */
export function ImportsPage() {
  const { t } = useTranslation()
  const may = useMay('imports.run')
  return (
    <Page title={t('imports.title')}>
      <div className={classes.formWide}>
        {may ? <DropFile /> : null}
        <Runs />
      </div>
    </Page>
  )
}

function DropFile() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const refresh = useRefresh()
  const [kind, setKind] = useState('orders')
  const [format, setFormat] = useState('tefter')
  const [skipBad, setSkipBad] = useState(false)
  const [busy, setBusy] = useState(false)
  const preview = async (file: File | undefined) => {
    if (file === undefined) return
    setBusy(true)
    try {
      const body = new FormData()
      body.append('file', file, file.name)
      const run = await call<ImportRun>('POST', address('/v1/imports', { kind, format, preview: true, skip_bad: skipBad }), { body })
      await refresh('/v1/imports')
      await navigate({ to: paths.importRun(run.id) })
    } catch (error) {
      notifyProblem(error, t)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Section title={t('imports.new')}>
      <div className={classes.fields}>
        <Select
          label={t('imports.kind')}
          data={Object.keys(FORMATS).map((value) => ({ value, label: t(`importKind.${value}`) }))}
          value={kind}
          onChange={(value) => {
            setKind(value ?? 'orders')
            setFormat('tefter')
          }}
        />
        <Select
          label={t('imports.format')}
          data={(FORMATS[kind] ?? []).map((value) => ({ value, label: t(`importFormat.${value}`) }))}
          value={format}
          onChange={(value) => setFormat(value ?? 'tefter')}
        />
        <Switch mt={26} label={t('imports.skipBad')} checked={skipBad} onChange={(event) => setSkipBad(event.currentTarget.checked)} />
      </div>
      <Dropzone
        mt="md"
        loading={busy}
        multiple={false}
        maxSize={MAX_BYTES}
        onDrop={(files) => void preview(files[0])}
        onReject={() => notifyProblem(null, t)}
        inputProps={{ 'aria-label': t('imports.file') }}
        aria-label={t('imports.drop')}
      >
        <div className={classes.state} style={{ padding: '28px 16px', pointerEvents: 'none' }}>
          <IconUpload size={26} stroke={1.5} aria-hidden="true" />
          <Text size="sm">{t('imports.drop')}</Text>
          <Text size="xs" c="dimmed">
            {t('imports.dropDetail')}
          </Text>
        </div>
      </Dropzone>
    </Section>
  )
}

function Runs() {
  const { t } = useTranslation()
  const format = useFormat()
  const { data, isError, error } = useGet<Rows<ImportRun>>('/v1/imports', { limit: 50 })
  return (
    <Section title={t('imports.runs')} flush>
      {isError ? <ErrorState error={error} /> : null}
      {data?.data.length === 0 ? <EmptyState title={t('imports.none')} detail={t('imports.noneDetail')} /> : null}
      <ul className={classes.counts}>
        {(data?.data ?? []).map((run) => (
          <li key={run.id}>
            <Link to={paths.importRun(run.id)}>
              <IconFileText size={18} aria-hidden="true" />
              <span>{[t(`importKind.${run.kind}`), run.file_name].filter(Boolean).join(' · ')}</span>
              <StatusDot status={run.status} />
              <span className={classes.muted} style={{ marginLeft: 'auto' }}>
                {[t('imports.rows', { count: run.rows_total }), run.created_at ? format.ago(run.created_at) : null]
                  .filter(Boolean)
                  .join(' · ')}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}
