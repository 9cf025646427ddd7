import type { Page } from 'playwright-core'

/** Fills in the sign-in page, in whichever language it stands. */
export async function fillSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: /E-mail|E-pošta|Е-пошта/ }).fill(email)
  await page.getByLabel(/^(Password|Lozinka|Лозинка)/).fill(password)
  await page.getByRole('button', { name: /^(Sign in|Prijavi se|Пријави се)$/ }).click()
}

/** Waits until a screen has what it asked for: a heading, and no skeleton any more. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).or(page.getByRole('alert')).first().waitFor()
  await page
    .getByRole('status', { name: /^(Loading|Učitavanje|Учитавање)$/ })
    .first()
    .waitFor({ state: 'detached' })
}
