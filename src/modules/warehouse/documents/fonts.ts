/** The typeface of all documents: Noto Sans (SIL Open Font License), which has Latin with all European letters, Cyrillic and Greek. */

import { fileURLToPath } from 'node:url'

/** Weights that documents use. */
export type FontWeight = 'regular' | 'semibold' | 'bold'

const PACKAGE = '@expo-google-fonts/noto-sans'

/** Paths of the font files. They are embedded as subsets: only the letters that a document uses. */
export const fontFiles: Record<FontWeight, string> = {
  regular: fontFile('400Regular/NotoSans_400Regular.ttf'),
  semibold: fontFile('600SemiBold/NotoSans_600SemiBold.ttf'),
  bold: fontFile('700Bold/NotoSans_700Bold.ttf'),
}

function fontFile(path: string): string {
  return fileURLToPath(import.meta.resolve(`${PACKAGE}/${path}`))
}
