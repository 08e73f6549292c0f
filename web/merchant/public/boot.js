// Watches the start of the app, from outside it: a version that does not start cannot say so itself.
// The first time that a version has not been drawn in time, the worker goes back to the one before. Else the page says
// what can be done; its words stand in index.html.
;(() => {
  const patience = 15_000
  const patienceAfterFault = 2_000
  let timer = setTimeout(notStarted, patience)

  const fault = (event) => {
    if (event instanceof Event && event.target instanceof HTMLElement && event.target.localName !== 'script')
      return
    removeEventListener('error', fault, true)
    clearTimeout(timer)
    timer = setTimeout(notStarted, patienceAfterFault)
  }
  addEventListener('error', fault, true)
  addEventListener('unhandledrejection', fault, { once: true })
  addEventListener(
    'branchline:drawn',
    () => {
      clearTimeout(timer)
      removeEventListener('error', fault, true)
      removeEventListener('unhandledrejection', fault)
      show(false)
      void ask({ kind: 'drawn' })
    },
    { once: true },
  )

  async function notStarted() {
    if (await goBack(false)) return
    show(true)
    document.getElementById('stuck-back')?.addEventListener('click', () => void goBack(true))
    document.getElementById('stuck-again')?.addEventListener('click', () => location.reload())
  }

  async function goBack(isAsked) {
    const answer = await ask({ kind: 'go_back', isAsked })
    if (answer?.isBack) location.reload()
    return answer?.isBack === true
  }

  function show(isStuck) {
    const stuck = document.getElementById('stuck')
    if (stuck) stuck.hidden = !isStuck
  }

  function ask(message) {
    const worker = navigator.serviceWorker?.controller
    if (!worker) return Promise.resolve(null)
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = (event) => resolve(event.data)
      worker.postMessage(message, [port2])
      setTimeout(resolve, 3_000, null)
    })
  }
})()
