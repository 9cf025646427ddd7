import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { download } from '../api/client.ts'
import { notifyProblem } from './notify.ts'

/** Hands a file to the browser to keep. */
export function saveFile({ blob, name }: { blob: Blob; name: string }): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** Downloads a document of the API under the name the server gives it. */
export function useDownload(): { busy: boolean; save: (path: string, body?: unknown) => Promise<void> } {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const save = async (path: string, body?: unknown) => {
    setBusy(true)
    try {
      saveFile(await download(path, body))
    } catch (error) {
      notifyProblem(error, t)
    } finally {
      setBusy(false)
    }
  }
  return { busy, save }
}
