import * as z from 'zod';
import { isNarrow, useBand } from '../../app/band';
import { t } from '../../app/l10n';
import { usePart, useSaved } from '../../app/context';
import { useSelectedAgent } from '../../app/selection';
import { hasProof } from '../../../src/core/view/proof';
import { Sash } from '../../components/Sash';
import { AgentsPane, type Return } from '../agents/AgentsPane';
import { CommandList } from '../commands/CommandList';
import { AgentDetails } from '../details/AgentDetails';
import { Feed } from '../feed/Feed';
import { PlanEditor } from '../plan/PlanEditor';
import { TodoList } from '../todo/TodoList';
import { MainHead, panelId, useMainTab } from './MainHead';
import { NarrowParts } from './NarrowParts';
import { SealedParts } from './SealedParts';

interface PartsProps {
  /** The row to which the focus returns after details were closed. */
  readonly back: Return | undefined;
  readonly onCloseDetails: () => void;
}

const shareSchema = z.number().optional();

/** The mission’s parts, as the panel’s width has room for them. */
export function MissionParts({ back, onCloseDetails }: PartsProps) {
  const band = useBand();
  const [selected] = useSelectedAgent();
  const isProven = usePart((view) => view.state !== undefined && hasProof(view.state));
  const [tab] = useMainTab(isProven);
  const details = selected === null ? null : <AgentDetails agent={selected} onClose={onCloseDetails} />;

  if (isNarrow(band)) {
    return <main className="main main-one">{details ?? <NarrowParts back={back} isProven={isProven} />}</main>;
  }
  if (tab === 'proof') {
    return (
      <main className="main main-one">
        <MainHead isProven />
        <SealedParts />
      </main>
    );
  }
  if (band === 'medium') {
    return (
      <main className="main main-one">
        {details ?? (
          <Stack
            above={<Agents back={back} isProven={isProven} />}
            below={
              <div className="halves">
                <TodoList />
                <div className="side">
                  <Feed />
                  <CommandList />
                </div>
              </div>
            }
          />
        )}
      </main>
    );
  }
  const covers = band === 'mid' && details !== null;
  return (
    <main className={`main main-two${details !== null && !covers ? ' main-details' : ''}`}>
      {covers ? details : <Stack above={<Agents back={back} isProven={isProven} />} below={<Feed />} />}
      <div className="side">
        {details !== null && !covers ? (
          details
        ) : (
          <>
            <TodoList />
            <CommandList />
          </>
        )}
      </div>
    </main>
  );
}

function Agents({ back, isProven }: { readonly back: Return | undefined; readonly isProven: boolean }) {
  const [tab] = useMainTab(isProven);
  return (
    <>
      <MainHead isProven={isProven} />
      <div id={panelId} role="tabpanel" aria-labelledby={`tab-${tab}`} className="tab-panel">
        {tab === 'plan' ? <PlanEditor /> : <AgentsPane back={back} />}
      </div>
    </>
  );
}

function Stack({ above, below }: { readonly above: React.ReactNode; readonly below: React.ReactNode }) {
  const [share, setShare] = useSaved('share', shareSchema, undefined);
  return (
    <div className="stack">
      <div
        className="stack-above"
        style={share === undefined ? undefined : { flex: `0 0 ${share}%`, maxHeight: 'none' }}
      >
        {above}
      </div>
      <Sash label={t('Height of Agents')} share={share} onShare={setShare} />
      <div className="stack-below">{below}</div>
    </div>
  );
}
