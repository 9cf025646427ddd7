import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import en from './en.json'
import srCyrl from './sr-Cyrl.json'
import srLatn from './sr-Latn.json'

export type Language = 'en' | 'sr-Latn' | 'sr-Cyrl'

/** Languages of the screens, each by its own name. */
export const LANGUAGES: Readonly<Record<Language, string>> = { en: 'English', 'sr-Latn': 'Srpski', 'sr-Cyrl': 'Српски' }

const LANGUAGE_KEY = 'tefter-language'

/** The chosen language, else the browser's, else English. */
export function initialLanguage(): Language {
  const chosen = window.localStorage.getItem(LANGUAGE_KEY)
  if (isLanguage(chosen)) return chosen
  const wanted = navigator.language.toLowerCase()
  if (wanted.startsWith('sr')) return wanted.includes('cyrl') ? 'sr-Cyrl' : 'sr-Latn'
  return 'en'
}

/** Whether this browser has chosen a language itself (otherwise the organization's counts). */
export function hasChosenLanguage(): boolean {
  return isLanguage(window.localStorage.getItem(LANGUAGE_KEY))
}

/** Starts the translations. */
export async function startTranslations(): Promise<i18n> {
  await i18next.use(initReactI18next).init({
    resources: { en: { translation: en }, 'sr-Latn': { translation: srLatn }, 'sr-Cyrl': { translation: srCyrl } },
    lng: initialLanguage(),
    fallbackLng: 'en',
    interpolation: { escapeValue: false },
    keySeparator: '.',
    returnNull: false,
  })
  document.documentElement.lang = i18next.language
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language
  })
  return i18next
}

/** Changes the language of the screens; `remember` keeps it for this browser. */
export async function changeLanguage(language: Language, remember = true): Promise<void> {
  if (remember) window.localStorage.setItem(LANGUAGE_KEY, language)
  await i18next.changeLanguage(language)
}

/** Whether a text names one of our languages. */
export function isLanguage(value: unknown): value is Language {
  return typeof value === 'string' && Object.hasOwn(LANGUAGES, value)
}
