import { duration, plain } from '../todo/text';
import { plural } from '../view/words';
import { axisOf, gapWidth, type Axis } from './axis';
import { escapeHtml } from './escapeHtml';
import { lanesOf, type Bar, type Lane } from './lanes';
import type { Report } from './model';
import { whoOf } from './whoSection';
import { endedCell, whenOf } from './words';

const width = 1_000;
const left = 96;
const top = 22;
/** Up to so many bars, each has a tooltip. */
const mostTitles = 600;

/** Agents as bars over time, as an SVG; empty where nobody ever worked. */
export function picture(report: Report): string {
  const lanes = lanesOf(report);
  const count = lanes.reduce((sum, lane) => sum + lane.bars.length, 0);
  if (count === 0) return '';
  const axis = axisOf(report, left, width - 8);
  const when = whenOf(report);
  let y = top;
  const rows = lanes.map((lane) => {
    const height = lane.label === '' ? 9 : 20;
    const row = laneText(lane, { report, axis, y, height, withTitles: count <= mostTitles });
    y += height;
    return row;
  });
  const bottom = y + 4;
  const ticks = axis.ticks.map(({ x, at }) => {
    const place = n(x);
    return `<line class="tick" x1="${place}" x2="${place}" y1="${top - 4}" y2="${bottom}"/><text class="tl" x="${place}" y="12" text-anchor="middle">${escapeHtml(when(at))}</text>`;
  });
  const gaps = axis.gaps.map(({ x, from, to }) => {
    const said = `${duration(to - from)} without work`;
    return `<rect class="gap" x="${n(x)}" y="${top - 4}" width="${gapWidth}" height="${bottom - top + 4}"><title>${said}</title></rect>`;
  });
  const crowd = lanes.filter(({ label }) => label === '').length;
  const shared = crowd === 0 ? '' : sharedLabel(lanes, crowd);
  const name = `${plural(count, 'turn')} of ${plural(report.sessions.length, 'session')} over ${duration(report.result.lastAt - report.result.startedAt, true)}. The table of sessions says the same in words.`;
  return [
    `<svg viewBox="0 0 ${width} ${bottom + 2}" role="img" aria-label="${escapeHtml(name)}" xmlns="http://www.w3.org/2000/svg">`,
    '<defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hb" width="5" height="5"/><rect class="hl" width="2" height="5"/></pattern></defs>',
    ...ticks,
    ...gaps,
    ...rows,
    shared,
    '</svg>',
  ].join('');
}

function sharedLabel(lanes: readonly Lane[], crowd: number): string {
  const before = lanes.findIndex(({ label }) => label === '');
  const y = top + before * 20 + (crowd * 9) / 2;
  return `<text class="tl" x="0" y="${n(y)}">${crowd} at once</text>`;
}

interface Place {
  readonly report: Report;
  readonly axis: Axis;
  readonly y: number;
  readonly height: number;
  readonly withTitles: boolean;
}

function laneText({ label, bars }: Lane, place: Place): string {
  const { y, height } = place;
  const name = label === '' ? '' : `<text class="ll" x="0" y="${y + 14}">${escapeHtml(plain(label, 15))}</text>`;
  return `${name}${bars.map((bar) => barText(bar, { ...place, y: y + 1, height: height - 3 })).join('')}`;
}

const classes = { commander: 'bc', planner: 'bp', worker: 'bw', reviewer: 'br' };

function barText({ session, turn }: Bar, { report, axis, y, height, withTitles }: Place): string {
  const from = axis.x(turn.from);
  const wide = Math.max(1.5, axis.x(turn.to ?? report.result.lastAt) - from);
  const isLost = turn.how !== undefined && turn.how !== 'answered' && turn.how !== 'stopped';
  const kind = isLost ? 'bl' : classes[session.role];
  const shape = `<rect class="${kind}" x="${n(from)}" y="${y}" width="${n(wide)}" height="${height}"`;
  if (!withTitles) return `${shape}/>`;
  const took = duration((turn.to ?? report.result.lastAt) - turn.from, true);
  const end = turn.how === undefined ? 'at work' : endedCell({ ended: turn.how }).text;
  const again = session.attempt > 1 ? `, attempt ${session.attempt}` : '';
  return `${shape}><title>${escapeHtml(`${whoOf(session)}${again}: ${took}, ${end}`)}</title></rect>`;
}

/** A number of the picture with one digit behind the point. */
function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
