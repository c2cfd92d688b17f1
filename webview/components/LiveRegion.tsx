import { useEffect, useRef, useState } from 'react';

interface LiveRegionProps {
  /** What is to be said; the newest text counts. */
  readonly text: string;
  /** Milliseconds between two sayings. */
  readonly everyMs?: number;
}

/** Says what is new to a screen reader, seldom and politely. */
export function LiveRegion({ text, everyMs = 5_000 }: LiveRegionProps) {
  const [said, setSaid] = useState('');
  const saidAt = useRef(-Infinity);

  useEffect(() => {
    if (text === said) return;
    const timer = window.setTimeout(
      () => {
        saidAt.current = Date.now();
        setSaid(text);
      },
      Math.max(0, saidAt.current + everyMs - Date.now()),
    );
    return () => {
      window.clearTimeout(timer);
    };
  }, [text, said, everyMs]);
  return (
    <div role="status" className="unseen">
      {said}
    </div>
  );
}
