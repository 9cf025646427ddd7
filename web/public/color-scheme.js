// Runs before the first paint, as a file of its own because the content security policy allows no inline script.
;(function () {
  let chosen = null
  try {
    chosen = window.localStorage.getItem('tefter-color-scheme')
  } catch {
    chosen = null
  }
  const dark = window.matchMedia('(prefers-color-scheme: dark)').matches
  const scheme = chosen === 'light' || chosen === 'dark' ? chosen : dark ? 'dark' : 'light'
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme)
})()
