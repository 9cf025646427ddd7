import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import mantine from 'postcss-preset-mantine'
import simpleVars from 'postcss-simple-vars'
import { defineConfig, type Plugin } from 'vite'

const SERVER = `http://127.0.0.1:${process.env['PORT'] ?? '3000'}`

const BREAKPOINTS = {
  'mantine-breakpoint-xs': '36em',
  'mantine-breakpoint-sm': '48em',
  'mantine-breakpoint-md': '62em',
  'mantine-breakpoint-lg': '75em',
  'mantine-breakpoint-xl': '88em',
}

/** The letters of every screen, asked for with the page instead of after its styles: text is drawn once, in its own type. */
const preloadFont: Plugin = {
  name: 'preload-font',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle }) {
      const font = Object.keys(bundle ?? {}).find((file) => /inter-latin-wght-normal.*\.woff2$/.test(file))
      if (font === undefined) return []
      const attrs = { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: true, href: `/${font}` }
      return [{ tag: 'link', injectTo: 'head-prepend', attrs }]
    },
  },
}

/**
 * A browser has six connections: what every screen needs comes as one file, and what many pages share as another.
 * The entry stays apart, so that code of the pages never waits for its top-level await.
 */
const CHUNKS = [
  { name: 'base', tags: ['$initial' as const], test: /^(?!.*(web\/index\.html|src\/main\.tsx))/, priority: 2 },
  { name: 'office', minShareCount: 4, priority: 1 },
]

/** Builds the office and the floor into `web/dist`, which the server serves; in development calls of the API go to a running server. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [react(), preloadFont],
  css: { postcss: { plugins: [mantine(), simpleVars({ variables: BREAKPOINTS })] } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    manifest: true,
    sourcemap: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: { output: { codeSplitting: { groups: CHUNKS } } },
  },
  server: { proxy: { '/v1': { target: SERVER, changeOrigin: false } } },
})
