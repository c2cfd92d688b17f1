import { useEffect, useRef } from 'react';
import { AgentTable } from './AgentTable';
import type { RowsHandle } from '../../components/VirtualRows';

/** Which row the focus is to return to; `number` tells two returns apart. */
export interface Return {
  readonly key: string;
  readonly number: number;
}

/** The table of agents, to which the focus returns when details are closed. */
export function AgentsPane({ back }: { readonly back: Return | undefined }) {
  const rows = useRef<RowsHandle>(null);
  const done = useRef(0);
  useEffect(() => {
    if (!back || back.number === done.current) return;
    done.current = back.number;
    rows.current?.focus(back.key);
  }, [back]);
  return <AgentTable ref={rows} />;
}
