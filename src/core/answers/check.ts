import { key } from '../todo/graph';
import type { TodoDraft, TodoState } from '../todo/model';
import { holdsSecret } from '../secrets';
import { checkTodos, quote, secretInCheck, type TodoContext } from './checkTodos';
import type { Answer, CommanderAction, Decision, WireTodo } from './schemas';

/** The mission as far as an answer is checked against it. */
export interface AnswerContext extends Omit<TodoContext, 'ids'> {
  readonly todos: readonly { readonly id: string; readonly state: TodoState }[];
}

/** A Commander’s decision, taken apart: what can be carried out and what is refused, each with its reason. */
export interface SortedDecision {
  added: TodoDraft[];
  plan?: string;
  retried: { todo: string; brief?: string }[];
  cancelled: { todo: string; reason: string }[];
  questions: { question: string; options: string[] }[];
  seal: boolean;
  refusals: string[];
}

/**
 * Checks an answer of the right shape against the mission. The sentence is what the model reads as its tool’s error;
 * the bridge and the host use this same code.
 */
export function checkAnswer(answer: Answer, context: AnswerContext): string | undefined {
  switch (answer.tool) {
    case 'mission_decide':
      return sortDecision(answer.value, context).refusals[0];
    case 'mission_plan': {
      const { todos, check } = answer.value;
      if (holdsSecret(check ?? '')) return secretInCheck;
      if (todos.length === 0 && context.todos.length === 0) return 'A plan needs at least one TODO.';
      const checked = checkTodos(todos, todoContext(context));
      return checked.ok ? undefined : checked.sentence;
    }
    case 'mission_report':
      return undefined;
    case 'mission_review':
      return answer.value.verdict === 'fail' && answer.value.issues.length === 0
        ? 'A review that fails needs at least one issue that says what is wrong.'
        : undefined;
  }
}

/** Sorts a decision’s actions; actions that cannot be carried out are refused one by one, the others stand. */
export function sortDecision(decision: Decision, context: AnswerContext): SortedDecision {
  const sorted: SortedDecision = { added: [], retried: [], cancelled: [], questions: [], seal: false, refusals: [] };
  const delegated = decision.actions.filter((action) => action.type === 'delegate');
  if (delegated.length > 0) {
    const checked = checkTodos(delegated.map(wireTodo), todoContext(context));
    if (checked.ok) sorted.added = checked.todos;
    else sorted.refusals.push(checked.sentence);
  }
  for (const action of decision.actions) {
    const refusal = sortAction(action, context, sorted);
    if (refusal !== undefined) sorted.refusals.push(refusal);
  }
  return sorted;
}

function sortAction(action: CommanderAction, context: AnswerContext, sorted: SortedDecision): string | undefined {
  switch (action.type) {
    case 'plan':
      sorted.plan = action.brief ?? '';
      return undefined;
    case 'delegate':
      return undefined;
    case 'seal':
      sorted.seal = true;
      return undefined;
    case 'run':
      return (action.command ?? '').trim() === '' ? 'The action run needs a command.' : undefined;
    case 'ask': {
      const question = (action.question ?? '').trim();
      if (question === '') return 'The action ask needs a question.';
      sorted.questions.push({ question, options: action.options ?? [] });
      return undefined;
    }
    case 'retry':
    case 'cancel':
      return sortTodoAction(action, context, sorted);
  }
}

function sortTodoAction(action: CommanderAction, context: AnswerContext, sorted: SortedDecision): string | undefined {
  const named = action.todo ?? action.id ?? '';
  const todo = context.todos.find((candidate) => key(candidate.id) === key(named));
  if (!todo) return `The action ${action.type} names ${quote(named)}, which is no TODO.`;
  if (action.type === 'retry') {
    if (todo.state === 'running' || todo.state === 'reviewing') return `TODO ${todo.id} is at work already.`;
    if (todo.state === 'queued') return `TODO ${todo.id} is queued already.`;
    sorted.retried.push({ todo: todo.id, ...(action.brief === undefined ? {} : { brief: action.brief }) });
    return undefined;
  }
  if (todo.state === 'done' || todo.state === 'cancelled') return `TODO ${todo.id} is ${todo.state} already.`;
  sorted.cancelled.push({ todo: todo.id, reason: action.reason ?? 'cancelled by the Commander' });
  return undefined;
}

function wireTodo(action: CommanderAction): WireTodo {
  return {
    id: action.id ?? '',
    title: action.title ?? '',
    detail: action.detail ?? '',
    files: action.files ?? [],
    after: action.after,
    check: action.check,
  };
}

function todoContext(context: AnswerContext): TodoContext {
  return { ids: context.todos.map((todo) => todo.id), limit: context.limit, leaves: context.leaves };
}
