import chromium from '@sparticuz/chromium'
import { chromium as playwright, type Browser } from 'playwright-core'

/** What the package sets for serverless machines and a test must not have: one process for all pages, or a browser that forgives what real ones refuse. */
const UNWANTED = new Set(['--single-process', '--in-process-gpu', '--disable-web-security', '--allow-running-insecure-content'])

/** The Chromium from npm, which runs as root and needs no packages of the system. */
export async function launchBrowser(): Promise<Browser> {
  return playwright.launch({ executablePath: await chromium.executablePath(), args: chromium.args.filter((arg) => !UNWANTED.has(arg)) })
}
