/** The fields whose values are others than they were; none while the change is this device's own, which is on its way. */
export function changedMeanwhile(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  isOwn: boolean,
): readonly string[] {
  return isOwn ? [] : Object.keys(after).filter((name) => before[name] !== after[name])
}
