import { writeFileSync } from 'node:fs'

const left = [
  '0001101',
  '0011001',
  '0010011',
  '0111101',
  '0100011',
  '0110001',
  '0101111',
  '0111011',
  '0110111',
  '0001011',
]
/** Which of the first six digits are drawn mirrored says what the digit before them is. */
const parities = [
  '000000',
  '001011',
  '001101',
  '001110',
  '010011',
  '011001',
  '011100',
  '010101',
  '010110',
  '011010',
]
const width = 640
const height = 480
const moduleWidth = 4

/** Draws an EAN-13 into a film that never moves, for a browser to take for its camera. */
export function filmOf(code: string, file: string): void {
  const modules = modulesOf(code)
  const margin = Math.floor((width - modules.length * moduleWidth) / 2)
  const line = Buffer.alloc(width, 235)
  for (let x = 0; x < modules.length * moduleWidth; x++) {
    if (modules[Math.floor(x / moduleWidth)] === '1') line[margin + x] = 16
  }
  const blank = Buffer.alloc(width, 235)
  const rows = Array.from({ length: height }, (_, y) => (y > 80 && y < 400 ? line : blank))
  const frame = Buffer.concat([Buffer.from('FRAME\n'), ...rows, Buffer.alloc((width * height) / 2, 128)])
  writeFileSync(
    file,
    Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420\n`), frame, frame]),
  )
}

function modulesOf(code: string): string {
  const digits = [...code].map(Number)
  const parity = parities[digits[0] ?? 0] ?? ''
  const first = digits.slice(1, 7).map((digit, n) => {
    const plain = left[digit] ?? ''
    return parity[n] === '0' ? plain : [...inverted(plain)].reverse().join('')
  })
  const second = digits.slice(7).map((digit) => inverted(left[digit] ?? ''))
  return `101${first.join('')}01010${second.join('')}101`
}

function inverted(modules: string): string {
  return [...modules].map((one) => (one === '1' ? '0' : '1')).join('')
}
