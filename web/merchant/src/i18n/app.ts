/** The app itself: its versions, where it runs and what the browser promises. */
export const app = {
  name: 'Branchline',
  demo: 'Demo data',
  update_ready: 'A new version is ready.',
  update_ready_sale: 'A new version is ready. It is taken after this sale.',
  update_wanted: 'The new version comes as soon as this sale is over.',
  update_take: 'Take it',
  update_after: 'After this sale',
  update_taking: 'Taking the new version …',
  version: 'Version',
  version_back: 'Go back to the version before',
  version_back_none: 'There is no version before on this device any more.',
  version_aside: 'A newer version did not start here and was set aside.',
  version_again: 'Try it again',
  install: 'Install as an app',
  install_hint: 'With its own icon and window. The browser then also keeps the data better.',
  insecure: 'Not a secure address',
  insecure_hint:
    'Selling works while this page stays open. But it cannot be opened again while the server is away, the browser may delete what it keeps here, and others in the network can read along.',
  insecure_do: 'Ask for the https:// address of this shop and open that.',
  insecure_seen: 'Understood',
  full: 'The disk of this device is full',
  full_hint:
    'Sales are still kept. What can be read again from the server is kept in memory only: free some space, then load again.',
  outdated: 'Another tab runs a newer version',
  outdated_hint: 'This one still saves. Load it again to have the newer one; nothing is lost.',
  reload: 'Load again',
} as const

/** What the browser promises of this device's disk. */
export const storage = {
  title: 'Kept on this device',
  used: '{{used}} of {{quota}} used',
  verdicts: {
    persistent: 'Kept for good',
    best_effort: 'Kept as long as there is room',
    private: 'Private window',
    unknown: 'Not promised',
  },
  hints: {
    persistent: 'The browser deletes nothing of this by itself.',
    best_effort:
      'When the disk is full, the browser may delete everything here, also sales that have not been sent.',
    private:
      'Everything here is gone when this window is closed, also sales that have not been sent. Sell from a normal window.',
    unknown:
      'On this address the browser does not say whether it keeps what is stored here. Sales that have not been sent could be deleted.',
  },
  ask: 'Ask the browser to keep it',
  ask_hint: 'A till keeps its sales here until they are sent. The browser may ask you to allow it.',
  refused: 'The browser does not promise it yet. It does for apps that are installed or used often.',
} as const
