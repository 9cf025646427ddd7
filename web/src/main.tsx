import '@fontsource-variable/inter/wght.css'
import '@mantine/core/styles.css'
import '@mantine/dates/styles.css'
import '@mantine/dropzone/styles.css'
import '@mantine/notifications/styles.css'
import '@mantine/spotlight/styles.css'
import './theme.css'
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Problem } from './api/client.ts'
import { sessionQuery } from './api/queries.ts'
import { startTranslations } from './i18n/index.ts'
import { paths } from './paths.ts'
import { makeRouter, warmUp } from './router.tsx'
import { theme } from './theme.ts'

const RETRIES = 2

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => failures < RETRIES && (!(error instanceof Problem) || error.status === 0 || error.status >= 500),
    },
    // A command without a network is refused at once and its form kept, instead of being sent unasked when the network is back.
    mutations: { networkMode: 'always' },
  },
})

// What the first screen needs is asked for while the words are loaded: who is signed in, and the code of the page.
if (window.location.pathname !== paths.signIn()) {
  void client.prefetchQuery(sessionQuery)
  warmUp(window.location.pathname)
}
await startTranslations()
const router = makeRouter(client)
const place = document.querySelector('#root')
if (place === null) throw new Error('index.html has no element with id root')

createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        colorSchemeManager={localStorageColorSchemeManager({ key: 'tefter-color-scheme' })}
      >
        <Notifications position="bottom-right" limit={4} />
        <RouterProvider router={router} />
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
)
