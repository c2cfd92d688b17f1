import { useRef } from 'react';
import { useMissionMoment } from '../../app/context';
import { LiveRegion } from '../../components/LiveRegion';
import { spokenDigest } from '../../../src/core/view/status';

/** Tells a screen reader how the mission goes: what was closed since the page was opened lately, who works, who waits. */
export function Digest() {
  const moment = useMissionMoment();
  const since = useRef(moment.now);
  // What was closed within the last quarter of a minute is news; the rest was said already.
  since.current = Math.max(since.current, moment.now - newsMs);
  return <LiveRegion text={spokenDigest(moment, since.current)} />;
}

const newsMs = 15_000;
