/** Words about what people do at the same time: comments, notices, new orders; and about what devices give to the managers. */
export const people = {
  step: {
    hand_over: 'Handed over by {{who}}, {{at}}: {{note}}',
    hand_over_silent: 'Handed over by {{who}}, {{at}}',
    import: 'Taken from a file by {{who}}, {{at}}: {{note}}',
    somebody: 'somebody',
  },
  storage: 'Disk',
  storage_is: {
    persistent: 'Kept',
    best_effort: 'May be deleted',
    private: 'Private window',
    unknown: 'Not known',
  },
  storage_hint: {
    best_effort: 'The browser may delete what this device has not sent when its disk is full.',
    private: 'What this device has not sent is gone when the window closes.',
  },
  new_order: 'New order: {{what}}',
  new_orders: '{{count}} new orders',
  show: 'Show',
  sound: 'Sound for new orders',
  sound_on: 'On',
  sound_off: 'Off',
  unread: '{{count}} new',
  unread_comments: '{{count}} unread',
  editing: '{{names}} is editing this',
  editing_several: '{{names}} are editing this',
  changed_meanwhile: 'Somebody changed this meanwhile: {{fields}}. What you typed stays.',
} as const
