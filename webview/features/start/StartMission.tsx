import { t } from '../../app/l10n';
import { usePart } from '../../app/context';
import { Icon } from '../../components/Icon';
import { LinkButton } from '../../components/LinkButton';
import { useApp } from '../../app/context';
import { Limits } from './Limits';
import { MissionField } from './MissionField';
import { OpenCodeMissing } from './OpenCodeMissing';

/** The empty state: one field, one button, and the limits that will hold. */
export function StartMission() {
  const setup = usePart((view) => view.setup);
  const isFound = setup?.openCode.found ?? true;
  return (
    <div className="start">
      <div className="start-column">
        <h1 className="start-title">{t('Start a mission')}</h1>
        <p className="start-lead" id="start-lead">
          {t('Say what should be true at the end. Agents plan it, build it and prove it.')}
        </p>
        {setup && !isFound ? <OpenCodeMissing text={setup.openCode.text} /> : null}
        <MissionField />
        <Limits />
        <hr className="start-rule" />
        {setup && isFound ? (
          <>
            <p className="start-line start-found">
              <Icon name="unverified" />
              <span>{setup.openCode.text}</span>
            </p>
            <WhatHappens />
          </>
        ) : null}
        <Demo isFound={isFound} />
      </div>
    </div>
  );
}

function WhatHappens() {
  return (
    <>
      <h2 className="start-heading">{t('What Happens Then')}</h2>
      <ul className="start-steps">
        <Step codicon="checklist">{t('A Planner writes the TODO list: order, files and a check for each.')}</Step>
        <Step codicon="run-all">{t('Workers carry it out side by side, never two in one file at once.')}</Step>
        <Step codicon="verified">
          {t('Reviewers run each check. When all is done and proven, the mission is sealed.')}
        </Step>
        <Step codicon="inbox">
          {t('You answer what agents ask. Stop stops everything and says when it is confirmed.')}
        </Step>
      </ul>
    </>
  );
}

function Step({ codicon, children }: { readonly codicon: string; readonly children: string }) {
  return (
    <li className="start-line">
      <Icon codicon={codicon} />
      <span>{children}</span>
    </li>
  );
}

function Demo({ isFound }: { readonly isFound: boolean }) {
  const app = useApp();
  const play = (
    <LinkButton
      onPress={() => {
        app.act({ type: 'playDemo' });
      }}
    >
      {t('Play the demo mission')}
    </LinkButton>
  );
  return (
    <p className="start-line start-demo">
      <Icon codicon="play-circle" />
      <span>
        {isFound ? null : `${t('Want to look first?')} `}
        {play}
        {isFound
          ? t(': recorded, costs nothing, starts no agent.')
          : t(': recorded, costs nothing, needs no OpenCode.')}
      </span>
    </p>
  );
}
