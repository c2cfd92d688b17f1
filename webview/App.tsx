import { useCallback, useEffect, useRef, useState } from 'react';
import { BandContext, useMeasuredBand } from './app/band';
import { useApp, usePart } from './app/context';
import { useSelectedAgent, useSelectedTodo, useTab } from './app/selection';
import { MenuProvider } from './components/Menu';
import type { Return } from './features/agents/AgentsPane';
import { Composer } from './features/composer/Composer';
import { Digest } from './features/header/Digest';
import { MissionHeader } from './features/header/MissionHeader';
import { Refusal } from './features/header/Refusal';
import { MissionParts } from './features/layout/MissionParts';
import { NeedsYou } from './features/needsYou/NeedsYou';
import { NoticeBar } from './features/notice/NoticeBar';
import { StartMission } from './features/start/StartMission';

/** The dashboard: the mission where there is one, else the field in which one is written. */
export function App() {
  const panel = useRef<HTMLDivElement>(null);
  const band = useMeasuredBand(panel);
  return (
    <div className="panel" ref={panel}>
      <BandContext value={band}>
        <MenuProvider>
          <Content />
        </MenuProvider>
      </BandContext>
    </div>
  );
}

function Content() {
  const hasMission = usePart((view) => view.state !== undefined);
  const isLoaded = usePart((view) => view.isLoaded);
  if (!isLoaded) return <div className="frame" aria-busy="true" />;
  return hasMission ? <Mission /> : <Empty />;
}

function Empty() {
  const chats = usePart((view) => view.chat.length > 0 || view.show?.what === 'compose');
  return (
    <div className="frame">
      <Refusal />
      <NoticeBar />
      <main className="start-frame">
        <StartMission />
      </main>
      {chats ? <Composer /> : null}
    </div>
  );
}

function Mission() {
  const [selected, select] = useSelectedAgent();
  const [back, setBack] = useState<Return | undefined>();
  useShown();
  const close = useCallback(() => {
    if (selected === null) return;
    select(null);
    setBack((last) => ({ key: selected, number: (last?.number ?? 0) + 1 }));
  }, [selected, select]);
  return (
    <div
      className="frame"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented || selected === null) return;
        event.preventDefault();
        close();
      }}
    >
      <Digest />
      <MissionHeader />
      <Refusal />
      <NoticeBar />
      <NeedsYou />
      <MissionParts back={back} onCloseDetails={close} />
      <Composer />
    </div>
  );
}

/** What the host wants to be shown: an agent, a TODO, the ask. */
function useShown(): void {
  const { mirror } = useApp();
  const show = usePart((view) => view.show);
  const [, selectAgent] = useSelectedAgent();
  const [, selectTodo] = useSelectedTodo();
  const [, showTab] = useTab();
  useEffect(() => {
    if (show?.what === 'agent' && show.id !== undefined) {
      selectAgent(show.id);
      showTab('agents');
    } else if (show?.what === 'todo' && show.id !== undefined) {
      selectTodo(show.id);
      selectAgent(null);
      showTab('todo');
    } else if (show?.what === 'ask') {
      document.querySelector<HTMLElement>('.strip button, .strip input')?.focus();
    }
  }, [mirror, show, selectAgent, selectTodo, showTab]);
}
