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
  const root = document.documentElement
  root.setAttribute('data-mantine-color-scheme', scheme)

  // Paper is white: while a page is printed it has the light theme, whatever the screen shows.
  let onScreen = null
  function print(printing) {
    if (printing && onScreen === null) {
      onScreen = root.getAttribute('data-mantine-color-scheme')
      root.setAttribute('data-mantine-color-scheme', 'light')
    } else if (!printing && onScreen !== null) {
      root.setAttribute('data-mantine-color-scheme', onScreen)
      onScreen = null
    }
  }
  window.addEventListener('beforeprint', () => print(true))
  window.addEventListener('afterprint', () => print(false))
  window.matchMedia('print').addEventListener('change', (media) => print(media.matches))
})()
