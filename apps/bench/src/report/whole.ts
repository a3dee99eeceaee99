/** A whole number as people read it: 1 000 000. */
export function whole(value: number): string {
  return value.toLocaleString('en').replaceAll(',', ' ');
}
