import i18next, { type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'

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

/** The words of each language, loaded when they are read: nobody loads three languages to see one. */
const CATALOGS: Readonly<Record<Language, () => Promise<{ default: Record<string, unknown> }>>> = {
  en: () => import('./en.json'),
  'sr-Latn': () => import('./sr-Latn.json'),
  'sr-Cyrl': () => import('./sr-Cyrl.json'),
}

async function loadWords(language: Language): Promise<void> {
  if (i18next.hasResourceBundle(language, 'translation')) return
  i18next.addResourceBundle(language, 'translation', (await CATALOGS[language]()).default)
}

/** Starts the translations in the first language, its words loaded. Each language is complete, so there is no other to fall back on. */
export async function startTranslations(): Promise<i18n> {
  const language = initialLanguage()
  await i18next.use(initReactI18next).init({
    resources: { [language]: { translation: (await CATALOGS[language]()).default } },
    lng: language,
    fallbackLng: false,
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
  await loadWords(language)
  await i18next.changeLanguage(language)
}

/** Whether a text names one of our languages. */
export function isLanguage(value: unknown): value is Language {
  return typeof value === 'string' && Object.hasOwn(LANGUAGES, value)
}
