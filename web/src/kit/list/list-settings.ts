import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call } from '../../api/client.ts'
import { useGet, useMay, useSession } from '../../api/queries.ts'
import { notifyProblem } from '../notify.ts'

/** Lists that the server counts, exports and keeps views of. */
export type ListName = 'orders' | 'shipments' | 'items' | 'stock' | 'movements' | 'customers' | 'entries'
export type Density = 'compact' | 'normal' | 'comfortable'

/** Height of a row in pixels. */
export const ROW_PX: Readonly<Record<Density, number>> = { compact: 28, normal: 36, comfortable: 44 }

export interface SavedView {
  id: string
  list: ListName
  name: string
  filters: Record<string, string>
  is_shared: boolean
  is_mine: boolean
}

interface Preference {
  list: ListName
  hidden: string[]
  density: Density
}

interface Settings {
  views: SavedView[]
  preferences: Preference[]
}

export const LIST_SETTINGS = '/v1/list-settings'

const KEPT = 'tefter-list-settings'

/** What the server said last, so that a list does not change its shape after it was painted. */
function kept(key: string): Settings | undefined {
  try {
    return JSON.parse(window.localStorage.getItem(key) ?? '') as Settings
  } catch {
    return undefined
  }
}

/** Views, columns and density of one list for this person; changes show at once and are taken back when they are refused. */
export function useListSettings(list: ListName | undefined) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const session = useSession()
  const place = `${KEPT}:${session.organization.id}:${session.user.id}`
  const may = useMay('lists.use') && list !== undefined
  const { data } = useGet<Settings>(may ? LIST_SETTINGS : null)
  const settings = data ?? kept(place)
  if (data !== undefined) window.localStorage.setItem(place, JSON.stringify(data))
  const mine = settings?.preferences.find((one) => one.list === list)
  const preference: Preference = { list: list ?? 'orders', hidden: mine?.hidden ?? [], density: mine?.density ?? 'normal' }
  const key = [LIST_SETTINGS, {}]
  const change = async (changed: Partial<Preference>) => {
    const next = { ...preference, ...changed }
    const before = client.getQueryData<Settings>(key)
    client.setQueryData<Settings>(key, (was) => ({
      views: was?.views ?? [],
      preferences: [...(was?.preferences ?? []).filter((one) => one.list !== list), next],
    }))
    try {
      await call('PUT', `${LIST_SETTINGS}/preferences/${next.list}`, { body: { hidden: next.hidden, density: next.density } })
    } catch (error) {
      client.setQueryData(key, before)
      notifyProblem(error, t)
    }
  }
  return { views: (settings?.views ?? []).filter((view) => view.list === list), preference, change, may }
}
