const paths = {
  till: 'M4 10h16v9a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM7 10V4h10v6M9 14h.01M12 14h.01M15 14h.01M9 17h6',
  board: 'M4 5h4v14H4zM10 5h4v9h-4zM16 5h4v11h-4z',
  release: 'M3 7l9-4 9 4v10l-9 4-9-4zM3 7l9 4 9-4M12 11v10',
  clipboard: 'M9 4h6v3H9zM9 5H6v15h12V5h-3M9 12h6M9 16h4',
  stamp: 'M9 4h6v3H9zM9 5H6v15h12V5h-3M9 14l2 2 4-4',
  chart: 'M4 20V10M10 20V4M16 20v-7M22 20H2',
  folder: 'M3 6h6l2 2h10v11H3z',
  users:
    'M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM3 19c0-3 3-5 6-5s6 2 6 5M16 11a3 3 0 1 0-1-5.8M17 14c2.5.3 4 2 4 5',
  more: 'M4 12h2M11 12h2M18 12h2',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4',
  close: 'M6 6l12 12M18 6L6 18',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  trash: 'M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13',
  check: 'M5 12l5 5 9-10',
  alert: 'M12 4l9 16H3zM12 10v4M12 17h.01',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8h.01',
  live: 'M5 12h.01M9 9a4 4 0 0 1 6 0M6 6a9 9 0 0 1 12 0M12 13a1 1 0 1 0 0-2 1 1 0 0 0 0 2zM12 13v7',
  offline: 'M4 4l16 16M9.5 9.2A4 4 0 0 1 15 9M6 6a9 9 0 0 1 1-.8M10 3.3A9 9 0 0 1 18 6M12 13v7',
  connecting: 'M12 4a8 8 0 1 0 8 8M20 5v4h-4',
  key: 'M14 10a4 4 0 1 0-4 4l1-1h2v-2h2zM8 9h.01M13 13l7 7M18 18l2-2',
  queue: 'M4 6h12M4 12h12M4 18h8M20 12v7M17 16l3 3 3-3',
  print: 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z',
  cash: 'M3 7h18v10H3zM12 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM6 10v4M18 10v4',
  card: 'M3 6h18v12H3zM3 10h18M6 15h4',
  split: 'M12 20v-7M12 13L6 7V4M12 13l6-6V4M4 6l2-2 2 2M16 6l2-2 2 2',
  backspace: 'M9 6h11v12H9l-6-6zM12 10l4 4M16 10l-4 4',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6L7 7M17 17l1.4 1.4M5.6 18.4L7 17M17 7l1.4-1.4',
  moon: 'M20 14A8 8 0 0 1 10 4a8 8 0 1 0 10 10z',
  system: 'M4 5h16v11H4zM9 20h6M12 16v4',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c0-4 3-6 7-6s7 2 7 6',
  signout: 'M14 4h5v16h-5M10 8l-4 4 4 4M6 12h9',
  arrowRight: 'M5 12h14M13 6l6 6-6 6',
  arrowLeft: 'M19 12H5M11 6l-6 6 6 6',
  up: 'M12 19V5M6 11l6-6 6 6',
  down: 'M12 5v14M6 13l6 6 6-6',
  sort: 'M8 5v14M5 16l3 3 3-3M16 19V5M13 8l3-3 3 3',
  filter: 'M4 6h16M7 12h10M10 18h4',
  keyboard: 'M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M18 10h.01M8 14h8',
  barcode: 'M4 6v12M7 6v12M10 6v12M14 6v12M16 6v12M20 6v12',
  percent: 'M6 18L18 6M8 9a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM16 18a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z',
  receipt: 'M6 3h12v18l-3-2-3 2-3-2-3 2zM9 8h6M9 12h6',
  cart: 'M3 4h2l2 11h11l2-8H6M9 20h.01M17 20h.01',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2',
  device: 'M7 3h10v18H7zM11 18h2',
  sync: 'M20 11a8 8 0 0 0-14-5L4 8M4 4v4h4M4 13a8 8 0 0 0 14 5l2-2M20 20v-4h-4',
  sent: 'M4 12l5 5 9-10M12 16l1 1 9-10',
} as const

export type IconName = keyof typeof paths

/** Decoration only: the word beside it carries the meaning. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      strokeLinecap="round"
      strokeLinejoin="round"
      style={{ flex: 'none' }}
    >
      <path d={paths[name]} />
    </svg>
  )
}
