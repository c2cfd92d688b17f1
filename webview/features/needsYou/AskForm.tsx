import { useId, useState, type ReactNode } from 'react';
import { t } from '../../app/l10n';
import { useApp, usePart } from '../../app/context';
import { Button } from '../../components/Button';
import { IconButton } from '../../components/IconButton';
import { useMenu } from '../../components/menuContext';
import { Text } from '../../components/Text';
import { Toolbar } from '../../components/Toolbar';
import { isMergeAsk } from '../../../src/core/mission/mergeAsk';
import type { QuestionAsked } from '../../../src/core/mission/facts';
import { plain } from '../../../src/core/todo/text';
import type { NeedsYou } from '../../../src/core/view/needsYou';
import type { AskReply } from '../../../src/protocol/viewMessages';
import { transcriptItem } from './AskButtons';

interface AskFormProps {
  readonly asked: NeedsYou;
  readonly reply: (answer: AskReply) => void;
  readonly isSent: boolean;
  readonly children: ReactNode;
}

/** Characters of an answer in words. */
const mostChars = 2_000;

/** What is ticked and what is written, question by question. */
interface Given {
  readonly picked: readonly string[];
  readonly words: string;
}

/** The answers to questions: offered ones, or words of one’s own. */
export function AskForm({ asked, reply, isSent, children }: AskFormProps) {
  const { act } = useApp();
  const openMenu = useMenu();
  const isDemo = usePart((view) => view.setup?.demo === true);
  const conflict = isMergeAsk(asked.ask) ? asked.todo : undefined;
  const questions = questionsOf(asked);
  const [given, setGiven] = useState<readonly Given[]>(() => questions.map(() => ({ picked: [], words: '' })));
  const answers = given.map(({ picked, words }) => (words.trim() === '' ? picked : [...picked, words.trim()]));
  const isWhole = answers.every((answer) => answer.length > 0);
  const disabled = isSent || isDemo;

  const send = (): void => {
    if (!isWhole || disabled) return;
    if (asked.to === 'agent') reply({ type: 'question', answers: answers.map((answer) => [...answer]) });
    else reply({ type: 'commander', answer: answers.flat().join(', ').slice(0, mostChars) });
  };
  const change = (index: number, next: Given): void => {
    setGiven(given.map((old, at) => (at === index ? next : old)));
  };
  return (
    <form
      className="ask-answers"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {questions.map((question, index) => (
        <Question
          key={`${index} ${question.question}`}
          question={question}
          isOnly={questions.length === 1}
          given={given[index] ?? { picked: [], words: '' }}
          onGiven={(next) => {
            change(index, next);
          }}
        />
      ))}
      <Toolbar label={t('Answer')} className="ask-buttons">
        {conflict === undefined ? null : (
          <Button
            primary
            disabled={isDemo}
            onPress={() => {
              act({ type: 'resolveConflict', todo: conflict });
            }}
          >
            {t('Resolve in Merge Editor')}
          </Button>
        )}
        <Button primary={conflict === undefined || isWhole} disabled={disabled || !isWhole} onPress={send}>
          {t('Answer')}
        </Button>
        {asked.to === 'agent' ? (
          <Button
            disabled={disabled}
            onPress={() => {
              reply({ type: 'reject' });
            }}
          >
            {t('Dismiss')}
          </Button>
        ) : null}
        {children}
        {asked.session === undefined ? null : (
          <IconButton
            codicon="ellipsis"
            label={t('More Answers')}
            hasMenu
            onPress={(event) => {
              openMenu(t('More Answers'), transcriptItem(asked, act), event.currentTarget);
            }}
          />
        )}
      </Toolbar>
    </form>
  );
}

function questionsOf(asked: NeedsYou): readonly QuestionAsked[] {
  if (asked.questions.length > 0) return asked.questions;
  return [{ question: asked.text, header: '', options: [], multiple: false }];
}

interface QuestionProps {
  readonly question: QuestionAsked;
  /** The only one of an ask stands in the strip’s line already. */
  readonly isOnly: boolean;
  readonly given: Given;
  readonly onGiven: (next: Given) => void;
}

function Question({ question, isOnly, given, onGiven }: QuestionProps) {
  const name = useId();
  const { options, multiple } = question;
  const pick = (label: string): void => {
    if (!multiple) onGiven({ picked: [label], words: '' });
    else if (given.picked.includes(label)) onGiven({ ...given, picked: given.picked.filter((one) => one !== label) });
    else onGiven({ ...given, picked: [...given.picked, label] });
  };
  return (
    <fieldset className="question">
      <legend className={isOnly ? 'unseen' : 'question-text'}>
        <Text className="text-wrap">{question.question}</Text>
      </legend>
      {options.map(({ label, description }) => (
        <label key={label} className="option">
          <input
            type={multiple ? 'checkbox' : 'radio'}
            name={name}
            checked={given.picked.includes(label)}
            onChange={() => {
              pick(label);
            }}
          />
          <Text className="text-wrap strong">{plain(label, 300)}</Text>
          {description === '' ? null : <Text className="text-wrap">{description}</Text>}
        </label>
      ))}
      <input
        type="text"
        className="field ask-field"
        maxLength={mostChars}
        value={given.words}
        placeholder={options.length > 0 ? t('Or answer in your own words') : t('Your answer')}
        aria-label={options.length > 0 ? t('Or answer in your own words') : t('Your answer')}
        onChange={(event) => {
          const words = event.target.value;
          onGiven({ picked: multiple || words === '' ? given.picked : [], words });
        }}
      />
    </fieldset>
  );
}
