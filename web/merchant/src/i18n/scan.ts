/** Words of the till's scanners. */
export const scan = {
  several: 'Several products have the code {{code}}. Choose one.',
  in_dialog: '{{code}} was not added. Finish what is open first.',
}
