import type { BarcodeFormat } from 'barcode-detector/ponyfill'
import readerUrl from 'zxing-wasm/reader/zxing_reader.wasm?url'

const formats: BarcodeFormat[] = [
  'ean_13',
  'ean_8',
  'upc_a',
  'upc_e',
  'code_128',
  'code_39',
  'itf',
  'qr_code',
]
const lookEvery = 100

/**
 * Shows the camera that looks away from the person, and answers with the first code that is read alike twice in a row. The reader is part
 * of the app and comes from where the app comes from. Throws what the browser throws when it gives no camera.
 */
export async function readCode(video: HTMLVideoElement, signal: AbortSignal): Promise<string | null> {
  const camera = { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } }
  const [stream, detector] = await Promise.all([
    navigator.mediaDevices.getUserMedia({ video: camera }),
    reader(),
  ])
  try {
    signal.throwIfAborted()
    video.srcObject = stream
    await video.play()
    let before = ''
    while (!signal.aborted) {
      const [found] = await detector.detect(video)
      const code = found?.rawValue ?? ''
      if (code !== '' && code === before) return code
      before = code
      await new Promise((resolve) => setTimeout(resolve, lookEvery))
    }
    return null
  } finally {
    for (const track of stream.getTracks()) track.stop()
  }
}

/** The browser's own reader differs from one to the next; this one is the same everywhere. */
async function reader() {
  const { BarcodeDetector, prepareZXingModule } = await import('barcode-detector/ponyfill')
  await prepareZXingModule({ overrides: { locateFile: () => readerUrl }, fireImmediately: true })
  return new BarcodeDetector({ formats })
}
