import { Button, Code, Group, Select, Text, Textarea, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useGet } from '../../../api/queries.ts'
import type { Page as Rows } from '../../../api/shapes.ts'
import classes from '../../../kit/kit.module.css'
import { Section } from '../../../kit/page.tsx'
import { ProblemAlert } from '../../../kit/problem-alert.tsx'
import { formErrors } from '../../../kit/problem-form.ts'
import { useCommand } from '../../../kit/use-command.ts'
import { KINDS, LANGUAGES, type Preview, type Template, type Templates } from './shapes.ts'

const PATH = '/v1/message-templates'

/** The words of each message in each language, with a preview of a real order. */
export function TemplateEditor() {
  const { t } = useTranslation()
  const [kind, setKind] = useState<string>('order_received')
  const [language, setLanguage] = useState<string>('en')
  const { data } = useGet<Templates>(PATH)
  const template = data?.data.find((one) => one.kind === kind && one.language === language)
  return (
    <Section title={t('telling.templates')}>
      <div className={classes.formWide}>
        <div className={classes.fields}>
          <Select
            label={t('telling.message')}
            allowDeselect={false}
            value={kind}
            onChange={(next) => setKind(next ?? kind)}
            data={KINDS.map((value) => ({ value, label: t(`telling.kindOf.${value}`) }))}
          />
          <Select
            label={t('telling.language')}
            allowDeselect={false}
            value={language}
            onChange={(next) => setLanguage(next ?? language)}
            data={LANGUAGES.map((value) => ({ value, label: t(`telling.languageOf.${value}`) }))}
          />
        </div>
        <Text size="sm" c="dimmed">
          {t('telling.variables')}{' '}
          {(data?.variables ?? [])
            .filter((one) => one.inside === null)
            .map((one) => (
              <Code key={one.name} mr={4} display="inline-block">{`{{${one.name}}}`}</Code>
            ))}
        </Text>
        {template === undefined ? null : <Words key={`${kind}/${language}/${template.version}`} template={template} />}
      </div>
    </Section>
  )
}

interface Values {
  subject: string
  html: string
  text: string
}

function Words({ template }: { template: Template }) {
  const { t } = useTranslation()
  const [shown, setShown] = useState<Preview | null>(null)
  const [order, setOrder] = useState<string | null>(null)
  const { data: orders } = useGet<Rows<{ id: string; number: number }>>('/v1/orders', { limit: 20 })
  const path = `${PATH}/${template.kind}/${template.language}`
  const form = useForm<Values>({ initialValues: { subject: template.subject, html: template.html, text: template.text } })
  const save = useCommand<Values>({
    path,
    method: 'PUT',
    body: (values) => ({ ...values, expected_version: template.version }),
    stale: [PATH],
    done: () => t('settings.saved'),
    quiet: true,
  })
  const reset = useCommand<void>({ path, method: 'DELETE', body: () => undefined, stale: [PATH], done: () => t('telling.wordsReset') })
  const preview = useCommand<Values, Preview>({
    path: '/v1/message-previews',
    body: (values) => ({ ...values, kind: template.kind, language: template.language, ...(order === null ? {} : { order_id: order }) }),
    stale: [],
    after: setShown,
    quiet: true,
  })
  const refused = (problem: Parameters<typeof formErrors>[0]) =>
    form.setErrors(formErrors(problem, (name) => ['subject', 'html', 'text'].includes(name)).errors)
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values, { onError: refused }))} noValidate className={classes.formWide}>
      <ProblemAlert error={save.error ?? preview.error} />
      <TextInput label={t('telling.subject')} {...form.getInputProps('subject')} />
      <Textarea label={t('telling.html')} autosize minRows={5} maxRows={16} ff="monospace" {...form.getInputProps('html')} />
      <Textarea label={t('telling.text')} autosize minRows={5} maxRows={16} ff="monospace" {...form.getInputProps('text')} />
      <Group>
        <Button type="submit" loading={save.isPending}>
          {t('action.save')}
        </Button>
        <Select
          aria-label={t('telling.previewOf')}
          placeholder={t('telling.previewOf')}
          clearable
          value={order}
          onChange={setOrder}
          data={(orders?.data ?? []).map((one) => ({ value: one.id, label: `#${one.number}` }))}
        />
        <Button variant="default" loading={preview.isPending} onClick={() => preview.mutate(form.getValues(), { onError: refused })}>
          {t('telling.preview')}
        </Button>
        {template.is_custom ? (
          <Button variant="default" loading={reset.isPending} onClick={() => reset.mutate()}>
            {t('telling.reset')}
          </Button>
        ) : null}
      </Group>
      {shown === null ? null : <Shown preview={shown} />}
    </form>
  )
}

/** The message in a frame of its own, where nothing of it can run. */
function Shown({ preview }: { preview: Preview }) {
  const { t } = useTranslation()
  return (
    <div>
      <Text fw={600}>{preview.subject}</Text>
      <iframe
        title={t('telling.preview')}
        sandbox=""
        srcDoc={preview.html}
        style={{ width: '100%', height: 360, border: '1px solid var(--t-line)', background: '#fff', colorScheme: 'light' }}
      />
    </div>
  )
}
