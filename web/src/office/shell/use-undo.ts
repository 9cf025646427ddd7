import { useTranslation } from 'react-i18next'
import { useCommand } from '../../kit/use-command.ts'

/** Takes an action on many documents back, by a run of its own in the background. */
export function useUndo() {
  const { t } = useTranslation()
  return useCommand<string>({
    path: (id) => `/v1/bulk-runs/${id}/undo`,
    body: () => undefined,
    stale: ['/v1/bulk-runs', '/v1/orders'],
    done: () => t('undo.started'),
  })
}
