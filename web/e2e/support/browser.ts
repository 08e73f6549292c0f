import { existsSync } from 'node:fs'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The Chromium that is installed here; nothing is downloaded. Set CHROMIUM to its path where it is somewhere else. */
export const chromium = {
  executablePath: process.env.CHROMIUM || places.find((place) => existsSync(place)) || '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // A name that is not this machine's own: plain http there is no secure context.
    '--host-resolver-rules=MAP shop.branchline.test 127.0.0.1',
  ],
}
