import { Button, Select, Text } from '@mantine/core'
import { Dropzone } from '@mantine/dropzone'
import { IconDownload, IconFileText, IconUpload } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { address, call } from '../../api/client.ts'
import { useGet, useMay, useRefresh } from '../../api/queries.ts'
import type { ImportFormat, ImportRun } from '../../api/import-shapes.ts'
import type { Page as Rows } from '../../api/shapes.ts'
import { useFormat } from '../../kit/format.ts'
import { notifyProblem } from '../../kit/notify.ts'
import { Page, Section } from '../../kit/page.tsx'
import { EmptyState, ErrorState } from '../../kit/states.tsx'
import { StatusDot } from '../../kit/status.tsx'
import { paths } from '../../paths.ts'
import classes from '../../kit/kit.module.css'
import { ImportsTabs } from './imports-tabs.tsx'

const MAX_BYTES = 50 * 1024 * 1024

/** Files that bring orders, items or stock in: drop one, see what it would do, then run it. */
export function ImportsPage() {
  const { t } = useTranslation()
  const may = useMay('imports.run')
  return (
    <Page title={t('imports.title')}>
      <ImportsTabs />
      <div className={classes.formWide}>
        {may ? <DropFile /> : null}
        <Runs />
        <FilesOut />
      </div>
    </Page>
  )
}

function DropFile() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const refresh = useRefresh()
  const [chosen, setChosen] = useState('auto')
  const [channel, setChannel] = useState<string | null>(null)
  const formats = useGet<{ data: ImportFormat[] }>('/v1/import-formats')
  const channels = useGet<Rows<{ code: string; name: string }>>('/v1/channels', { limit: 200 })
  const [busy, setBusy] = useState(false)
  const preview = async (file: File | undefined) => {
    if (file === undefined) return
    setBusy(true)
    try {
      const body = new FormData()
      body.append('file', file, file.name)
      const [kind, format] = chosen === 'auto' ? [] : chosen.split(' ')
      const run = await call<ImportRun>('POST', address('/v1/imports', { kind, format, channel, preview: true }), { body })
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
          label={t('imports.format')}
          data={[
            { value: 'auto', label: t('imports.recognize') },
            ...(formats.data?.data ?? []).map(({ kind, name }) => ({
              value: `${kind} ${name}`,
              label: `${t(`importKind.${kind}`)} · ${t(`importFormat.${name}`)}`,
            })),
          ]}
          value={chosen}
          onChange={(value) => setChosen(value ?? 'auto')}
        />
        <Select
          label={t('imports.channel')}
          description={t('imports.channelDetail')}
          data={(channels.data?.data ?? []).map(({ code, name }) => ({ value: code, label: name }))}
          value={channel}
          onChange={setChannel}
          clearable
        />
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

/** Formats that shops and marketplaces take back. */
const FORMATS_OUT = [
  { value: 'csv', label: 'CSV' },
  { value: 'shopify', label: 'Shopify' },
  { value: 'amazon', label: 'Amazon' },
  { value: 'woocommerce', label: 'WooCommerce' },
  { value: 'ebay', label: 'eBay' },
]

/** Downloads of tracking numbers and stock in the files of other systems. */
function FilesOut() {
  const { t } = useTranslation()
  const [format, setFormat] = useState('csv')
  return (
    <Section title={t('imports.filesOut')}>
      <div className={classes.fields}>
        <Select
          label={t('imports.format')}
          data={FORMATS_OUT}
          value={format}
          onChange={(value) => setFormat(value ?? 'csv')}
          allowDeselect={false}
        />
        <Button
          component="a"
          mt={25}
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden="true" />}
          href={address('/v1/exports/tracking', { format })}
          download
        >
          {t('imports.filesTracking')}
        </Button>
        <Button
          component="a"
          mt={25}
          variant="default"
          leftSection={<IconDownload size={15} aria-hidden="true" />}
          href={address('/v1/exports/inventory', { format })}
          download
        >
          {t('imports.filesInventory')}
        </Button>
      </div>
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
