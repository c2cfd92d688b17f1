/** `hh:mm`, with seconds `hh:mm:ss`, in the time zone of the person who reads it. */
export function clock(at: number, seconds = false): string {
  const date = new Date(at);
  const parts = [date.getHours(), date.getMinutes(), ...(seconds ? [date.getSeconds()] : [])];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}
