/** Words of the till's scanners. */
export const scan = {
  several: 'Several products have the code {{code}}. Choose one.',
  in_dialog: '{{code}} was not added. Finish what is open first.',
  camera: 'Scan with the camera',
  camera_hint: 'Hold the code in front of the camera.',
  camera_refused: 'The browser may not use the camera. Allow it in the settings of this page.',
  camera_failed: 'The camera cannot be used: {{reason}}',
}
