import { Button } from '@mantine/core'
import { Link, useSearch } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../api/queries.ts'
import { Page } from '../../kit/page.tsx'
import { paths } from '../../paths.ts'
import { AutomationSettings } from '../automation/index.ts'
import { AlertSettings } from './alert-settings.tsx'
import { ApiKeySettings } from './api-key-settings.tsx'
import { CarrierSettings } from './carrier-settings.tsx'
import { ChannelSettings } from './channel-settings.tsx'
import { OrganizationSettings } from './organization-settings.tsx'
import { ReturnSettings } from './return-settings.tsx'
import { SecuritySettings } from './security-settings.tsx'
import { SourcingSettings } from './sourcing-settings.tsx'
import { TaxSettings } from './tax-settings.tsx'
import { MessageSettings } from './telling/message-settings.tsx'
import { WebhookSettings } from './telling/webhook-settings.tsx'
import { ThresholdSettings } from './threshold-settings.tsx'
import { UserSettings } from './user-settings.tsx'
import { WarehouseSettings } from './warehouse-settings.tsx'
import classes from './settings.module.css'

interface Subject {
  id: string
  component: ComponentType
  permission?: string
}

const GROUPS: readonly { id: string; subjects: readonly Subject[] }[] = [
  {
    id: 'business',
    subjects: [
      { id: 'organization', component: OrganizationSettings },
      { id: 'users', component: UserSettings, permission: 'identity.manage_users' },
      { id: 'taxes', component: TaxSettings, permission: 'catalog.read' },
    ],
  },
  {
    id: 'selling',
    subjects: [
      { id: 'channels', component: ChannelSettings, permission: 'orders.read' },
      { id: 'sourcing', component: SourcingSettings, permission: 'orders.read' },
      { id: 'returns', component: ReturnSettings, permission: 'orders.read' },
      { id: 'automation', component: AutomationSettings, permission: 'automation.read' },
    ],
  },
  {
    id: 'warehouse',
    subjects: [
      { id: 'warehouses', component: WarehouseSettings, permission: 'inventory.read' },
      { id: 'carriers', component: CarrierSettings, permission: 'carriers.read' },
      { id: 'thresholds', component: ThresholdSettings, permission: 'inventory.read' },
    ],
  },
  {
    id: 'telling',
    subjects: [
      { id: 'messages', component: MessageSettings, permission: 'messaging.read' },
      { id: 'alerts', component: AlertSettings, permission: 'messaging.read' },
    ],
  },
  {
    id: 'programs',
    subjects: [
      { id: 'keys', component: ApiKeySettings, permission: 'identity.manage_keys' },
      { id: 'webhooks', component: WebhookSettings, permission: 'messaging.read' },
    ],
  },
  { id: 'yours', subjects: [{ id: 'security', component: SecuritySettings }] },
]

const FIRST: Subject = { id: 'organization', component: OrganizationSettings }

/** Settings of the organization, a subject a page of its own address (`?tab=`), grouped beside; a person sees what the role may. */
export function SettingsPage() {
  const { t } = useTranslation()
  const { permissions } = useSession()
  const { tab } = useSearch({ strict: false }) as { tab?: string }
  const groups = GROUPS.map(({ id, subjects }) => ({
    id,
    subjects: subjects.filter((one) => one.permission === undefined || permissions.includes(one.permission)),
  })).filter((group) => group.subjects.length > 0)
  const current = groups.flatMap((group) => group.subjects).find((one) => one.id === tab) ?? FIRST
  return (
    <Page title={t('nav.settings')} actions={permissions.includes('audit.read') ? <AuditLink /> : undefined}>
      <div className={classes.settings}>
        <nav aria-label={t('nav.settings')}>
          {groups.map((group) => (
            <div key={group.id} role="group" aria-labelledby={`settings-${group.id}`}>
              <span id={`settings-${group.id}`}>{t(`settingsGroup.${group.id}`)}</span>
              {group.subjects.map((one) => (
                <Link
                  key={one.id}
                  to={paths.settings()}
                  search={{ tab: one.id } as never}
                  aria-current={one.id === current.id ? 'page' : undefined}
                >
                  {t(`settings.${one.id}`)}
                </Link>
              ))}
            </div>
          ))}
        </nav>
        <div>
          <current.component key={current.id} />
        </div>
      </div>
    </Page>
  )
}

function AuditLink() {
  const { t } = useTranslation()
  return (
    <Button component={Link} to={paths.audit()} variant="default">
      {t('audit.title')}
    </Button>
  )
}
