import { createTheme, type MantineColorsTuple } from '@mantine/core'

/** The one accent: `#0b7a75` on light surfaces (shade 7), `#3fb8af` on dark ones (shade 4). */
const TEAL: MantineColorsTuple = [
  '#e6f7f5',
  '#cdebe8',
  '#9dd8d3',
  '#69c6be',
  '#3fb8af',
  '#219e96',
  '#128a83',
  '#0b7a75',
  '#07635f',
  '#034b48',
]

const GRAY: MantineColorsTuple = [
  '#f8f9fa',
  '#f1f3f5',
  '#e7eaed',
  '#d9dde1',
  '#c3c9cf',
  '#9aa1a9',
  '#636b74',
  '#474e56',
  '#30363d',
  '#1c2126',
]

const DARK: MantineColorsTuple = [
  '#d5d9de',
  '#b6bcc3',
  '#9aa1a9',
  '#70777f',
  '#454b52',
  '#363b42',
  '#2a2e34',
  '#1d2025',
  '#16181c',
  '#0f1114',
]

/** The filled red button carries white text of 12 px: shade 7 is dark enough for it (5.5 : 1). */
const RED: MantineColorsTuple = [
  '#fff5f5',
  '#ffe3e3',
  '#ffc9c9',
  '#ffa8a8',
  '#ff8787',
  '#ff6b6b',
  '#fa5252',
  '#c92a2a',
  '#b02525',
  '#961f1f',
]

/** The head of a dialog is no banner of the page: a page has one. */
const DIALOG_PARTS = { header: { role: 'presentation' } }

/** What a field says about itself stands below it, so that fields in a row begin at one height. */
const BELOW: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error']

/** Mantine theme of office and floor (colors, type sizes and radii of the screens). */
export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  luminanceThreshold: 0.35,
  colors: { teal: TEAL, gray: GRAY, dark: DARK, red: RED },
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '20px' }, h2: { fontSize: '16px' }, h3: { fontSize: '14px' } } },
  components: {
    Button: { defaultProps: { size: 'xs', variant: 'filled' } },
    TextInput: { defaultProps: { size: 'xs', inputWrapperOrder: BELOW } },
    PasswordInput: { defaultProps: { size: 'sm' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: {
      defaultProps: { size: 'xs', inputWrapperOrder: BELOW, allowDeselect: false, comboboxProps: { transitionProps: { duration: 80 } } },
    },
    Autocomplete: { defaultProps: { size: 'xs' } },
    MultiSelect: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'sm' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Modal: { defaultProps: { transitionProps: { duration: 100 }, overlayProps: { backgroundOpacity: 0.35 }, attributes: DIALOG_PARTS } },
    Drawer: { defaultProps: { attributes: DIALOG_PARTS } },
    Tooltip: { defaultProps: { openDelay: 250, withinPortal: true, multiline: true, maw: 320, fz: 'xs' } },
    Table: { defaultProps: { fz: 'sm', verticalSpacing: 6, horizontalSpacing: 'sm' } },
  },
})
