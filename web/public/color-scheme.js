// Runs before the first paint, as a file of its own because the content security policy allows no inline script.
;(function () {
  var chosen = null
  try {
    chosen = window.localStorage.getItem('tefter-color-scheme')
  } catch {
    chosen = null
  }
  var dark = window.matchMedia('(prefers-color-scheme: dark)').matches
  var scheme = chosen === 'light' || chosen === 'dark' ? chosen : dark ? 'dark' : 'light'
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme)
})()
