/** The value of a JSON text; undefined where it is none, as a file may be that its writer left half done. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema that every caller puts behind this refuses it
  }
}
