import { useMissionMoment } from '../../app/context';
import { Text } from '../../components/Text';
import { iterationWords, meters, progress } from '../../../src/core/view/status';
import { firstLine } from '../../../src/core/view/words';
import { HeaderActions } from './HeaderActions';
import { Meters } from './Meters';
import { Progress } from './Progress';
import { WhyLine } from './WhyLine';

/** What the mission is, how it stands and why, how far it is, and what it has used. */
export function MissionHeader() {
  const moment = useMissionMoment();
  const { state } = moment;
  const title = firstLine(state.text);
  return (
    <header className="header" aria-label={title}>
      <h1 className="header-title">
        <Text title={state.text.slice(0, 4_000)}>{title}</Text>
      </h1>
      <span className="header-iteration">{iterationWords(state)}</span>
      <HeaderActions moment={moment} />
      <WhyLine moment={moment} />
      <div className="header-figures">
        <Progress progress={progress(state)} />
        <Meters meters={meters(moment)} />
      </div>
    </header>
  );
}
