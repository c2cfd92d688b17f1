import type { Report } from './model';

/** A place on the picture’s time axis where time was left out, since nobody worked: `from` to `to` in milliseconds. */
export interface Gap {
  readonly x: number;
  readonly from: number;
  readonly to: number;
}

/** The picture’s time axis; `x` in units of the picture. */
export interface Axis {
  readonly gaps: readonly Gap[];
  readonly ticks: readonly { readonly x: number; readonly at: number }[];
  x(at: number): number;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** How wide a gap is drawn. */
export const gapWidth = 26;

const stepsMs = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400].map(
  (seconds) => seconds * 1_000,
);

/** Lays the time in which somebody worked over a width; what lies idle for long between is drawn as a gap. */
export function axisOf(report: Report, left: number, right: number): Axis {
  const { startedAt, lastAt } = report.result;
  const end = Math.max(lastAt, startedAt + 1);
  const spans = report.sessions.flatMap((session) => session.spans);
  const busy = merged([
    { from: startedAt, to: startedAt },
    ...spans.map(({ from, to }) => ({ from, to: to ?? end })),
    { from: end, to: end },
  ]);
  const worked = busy.reduce((sum, { from, to }) => sum + to - from, 0);
  const longMs = Math.max(60_000, worked * 0.15);
  const parts: Stretch[] = [];
  for (const stretch of busy) {
    const last = parts.at(-1);
    if (last && stretch.from - last.to <= longMs) parts[parts.length - 1] = { from: last.from, to: stretch.to };
    else parts.push(stretch);
  }
  const total = Math.max(
    1,
    parts.reduce((sum, { from, to }) => sum + to - from, 0),
  );
  const scale = Math.max(1, right - left - gapWidth * (parts.length - 1)) / total;
  const starts: number[] = [];
  let x = left;
  for (const part of parts) {
    starts.push(x);
    x += (part.to - part.from) * scale + gapWidth;
  }
  const at = (moment: number): number => {
    const index = Math.max(
      0,
      parts.findLastIndex((part) => part.from <= moment),
    );
    const part = parts[index] ?? { from: startedAt, to: end };
    return (starts[index] ?? left) + Math.min(part.to - part.from, Math.max(0, moment - part.from)) * scale;
  };
  const gaps = parts.slice(1).map((part, index) => ({
    x: (starts[index + 1] ?? left) - gapWidth,
    from: parts[index]?.to ?? part.from,
    to: part.from,
  }));
  return { gaps, ticks: ticksOf(parts, at, total / (right - left)), x: at };
}

/** Stretches that touch, as one; in order. */
function merged(all: Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of all.sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last && stretch.from <= last.to) result[result.length - 1] = { ...last, to: Math.max(last.to, stretch.to) };
    else result.push(stretch);
  }
  return result;
}

/** Round times at least 90 units apart. */
function ticksOf(parts: readonly Stretch[], x: (at: number) => number, msAUnit: number): Axis['ticks'] {
  const stepMs = stepsMs.find((step) => step >= msAUnit * 90) ?? Math.ceil((msAUnit * 90) / 86_400_000) * 86_400_000;
  const ticks: { x: number; at: number }[] = [];
  for (const { from, to } of parts) {
    for (let at = Math.ceil(from / stepMs) * stepMs; at <= to; at += stepMs) {
      if (x(at) - (ticks.at(-1)?.x ?? -1_000) >= 60) ticks.push({ x: x(at), at });
    }
  }
  return ticks;
}
