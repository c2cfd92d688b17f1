import * as z from 'zod';
import { todoEditSchema } from '../core/mission/decideEdit';

/** Characters of a mission’s text, a note or a message. */
export const textChars = 1_000_000;

const id = z.string().min(1).max(300);
const text = z.string().max(textChars);
const short = z.string().max(2_000);

const askReply = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('permission'),
    reply: z.enum(['once', 'always', 'reject']),
    message: short.optional(),
  }),
  z.strictObject({ type: z.literal('question'), answers: z.array(z.array(short).max(50)).max(20) }),
  z.strictObject({ type: z.literal('reject'), message: short.optional() }),
  z.strictObject({ type: z.literal('commander'), answer: short }),
]);

/** What a person does by a button, a key or a menu. */
export const actSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['stop', 'pause', 'resume', 'raiseLimit', 'restartServer']) }),
  z.strictObject({ type: z.literal('edit'), edit: todoEditSchema }),
  /** Asked for in VS Code’s own input: `detail` of which TODO, or a new one. */
  z.strictObject({
    type: z.enum(['addTodo', 'editTodo', 'openTodoFiles', 'addCheck', 'revertFile']),
    todo: id.optional(),
  }),
  /** What a TODO changed, or one file of it, is taken back; VS Code asks for a confirmation. */
  z.strictObject({ type: z.literal('revertTodo'), todo: id.optional(), file: short.optional() }),
  z.strictObject({ type: z.enum(['revertMission', 'undoRevert', 'openMissionChanges']) }),
  /** What a TODO and the folder both changed opens in VS Code’s merge editor. */
  z.strictObject({ type: z.literal('resolveConflict'), todo: id.optional() }),
  z.strictObject({ type: z.literal('answer'), ask: id, reply: askReply }),
  z.strictObject({ type: z.literal('rejectWithReason'), ask: id }),
  /** A queued note is wanted delivered at once. */
  z.strictObject({ type: z.literal('hurryNote'), note: id }),
  /** Asked for in VS Code’s own input, for the worker of a TODO. */
  z.strictObject({ type: z.literal('sendNote'), todo: id }),
  z.strictObject({ type: z.literal('openTranscript'), session: id }),
  z.strictObject({ type: z.enum(['killCommand', 'runCommandAgain', 'openOutput']), command: id }),
  /** A path of the workspace as an agent named it; the host checks that it is inside. */
  z.strictObject({ type: z.literal('openFile'), path: short, line: z.number().int().positive().optional() }),
  z.strictObject({ type: z.enum(['reviewChanges', 'openWorkLog', 'openTodoFile', 'openIssues', 'showLog']) }),
  z.strictObject({ type: z.literal('openSettings'), setting: z.string().max(100) }),
  z.strictObject({
    type: z.enum([
      'changeFolder',
      'installOpenCode',
      'setOpenCodePath',
      'useServer',
      'lookAgain',
      'manageTrust',
      'openFolder',
      'playDemo',
      'newMission',
      'copyProof',
      'exportReport',
    ]),
  }),
]);

/** Dashboard to host. */
export const viewMessageSchema = z.discriminatedUnion('type', [
  /** The view has drawn its frame and can take a snapshot. */
  z.strictObject({ type: z.literal('ready'), version: z.number() }),
  /** A gap or something unreadable: a snapshot is needed. */
  z.strictObject({ type: z.literal('resync') }),
  /** The message box: a slash command, a note during a mission, else Chat Mode. */
  z.strictObject({ type: z.literal('say'), id: z.number(), text }),
  z.strictObject({ type: z.literal('start'), id: z.number(), text }),
  z.strictObject({ type: z.literal('act'), id: z.number(), act: actSchema }),
  /** Which session’s transcript, or which background command’s output, is shown the end of; null: none. */
  z.strictObject({ type: z.literal('watch'), session: id.nullable() }),
]);

export type ViewMessage = z.infer<typeof viewMessageSchema>;
export type Act = z.infer<typeof actSchema>;
export type AskReply = z.infer<typeof askReply>;
