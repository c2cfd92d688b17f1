const formats = new Map<string, Intl.DateTimeFormat>();

/** `14:32`, with seconds `14:32:07`, in the reader’s time zone and in the digits of the editor’s language. */
export function clock(at: number, seconds = false): string {
  const language = document.documentElement.lang;
  const key = `${language} ${seconds}`;
  let format = formats.get(key);
  if (!format) {
    format = makeFormat(language, seconds);
    formats.set(key, format);
  }
  return format.format(at);
}

function makeFormat(language: string, seconds: boolean): Intl.DateTimeFormat {
  const options: Intl.DateTimeFormatOptions = {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(seconds ? { second: '2-digit' } : {}),
  };
  try {
    return new Intl.DateTimeFormat(language === '' ? undefined : language, options);
  } catch {
    return new Intl.DateTimeFormat(undefined, options);
  }
}
