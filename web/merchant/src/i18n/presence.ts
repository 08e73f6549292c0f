/** Words of who is there. */
export const presence = {
  online: 'Who is online',
  online_count_one: '{{count}} person online',
  online_count_other: '{{count}} people online',
  you: '{{name}} (you)',
  looking: 'Also looking at this: {{names}}',
} as const
