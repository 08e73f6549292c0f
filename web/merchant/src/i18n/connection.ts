/** Words of the corner that says how this device stands to its node. */
export const connection = {
  live: 'Live',
  loading: 'Loading',
  connecting: 'Connecting',
  offline: 'Offline',
  stuck: 'Stuck',
  sign_in_needed: 'Sign in',
  signed_out: 'Server in reach',
  waiting_one: '{{count}} waiting',
  waiting_other: '{{count}} waiting',
  waiting_sales_one: '{{count}} sale waiting',
  waiting_sales_other: '{{count}} sales waiting',
  refused_one: '{{count}} refused',
  refused_other: '{{count}} refused',
  refused_now: 'The server refused a change. It is kept in the queue.',
  merged_now: '{{fields}} of {{row}}: changed elsewhere after your change. The newer value stays.',
  merged_several: '{{count}} of your changes met newer ones from elsewhere. The newer values stay.',
  show: 'Show',
} as const

/** How far a document has come. */
export const progress = {
  label: 'How far this sale has come',
  on_device: 'On this device',
  sent: 'Sent',
  branch: 'Confirmed by branch',
  office: 'Confirmed by head office',
  refused: 'Refused',
  refused_hint: 'The sale is kept whole in the queue, with the reason.',
  known: 'Confirmed',
  known_hint: 'From another device, or long ago: the server has it.',
  waits: 'not yet',
} as const
