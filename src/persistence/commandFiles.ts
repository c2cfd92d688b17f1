import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { commandEnds } from '../core/commands/model';
import { atomicWrite } from './atomicWrite';
import { unlessAbsent } from './errors';
import { parseJson } from './parseJson';

/** What a supervisor is told: written once, by the driver. Times in milliseconds. */
const orderSchema = z.object({
  id: z.string(),
  command: z.string(),
  timeoutMs: z.number().positive(),
  /** The workspace’s real path, where it runs unless `directory` says where. */
  workspace: z.string(),
  directory: z.string().optional(),
  mission: z.string(),
});
export type CommandOrder = z.infer<typeof orderSchema>;

const mark = z.object({ pid: z.number().int().positive(), processStart: z.string().optional() });
/** The supervisor’s own process. */
const startedSchema = mark;

const endedSchema = z.object({
  how: z.enum(commandEnds),
  exitCode: z.number().int().nullable(),
  signal: z.string().optional(),
  bytes: z.number().int().nonnegative(),
});
export type CommandEnded = z.infer<typeof endedSchema>;

const names = {
  order: 'order.json',
  started: 'started.json',
  ended: 'ended.json',
  kill: 'kill',
  output: 'output.log',
  /** What stood in the output before its newest part. */
  older: 'output.older.log',
} as const;

/** Paths of a command’s files in its folder. */
export function commandFile(dir: string, name: keyof typeof names): string {
  return join(dir, names[name]);
}

/** Writes one of a command’s files; readable by this user only. Rejects as the system does. */
export async function writeCommandFile(
  dir: string,
  ...[name, value]:
    ['order', CommandOrder] | ['started', z.infer<typeof mark>] | ['ended', CommandEnded] | ['kill', object]
): Promise<void> {
  await atomicWrite(commandFile(dir, name), `${JSON.stringify(value)}\n`, 0o600);
}

/** What a supervisor was told; undefined when nothing stands there. */
export async function readOrder(dir: string): Promise<CommandOrder | undefined> {
  return await read(dir, 'order', orderSchema);
}

/** The process that runs the command. */
export async function readStarted(dir: string): Promise<z.infer<typeof mark> | undefined> {
  return await read(dir, 'started', startedSchema);
}

/** How the command ended; undefined while it has not. */
export async function readEnded(dir: string): Promise<CommandEnded | undefined> {
  return await read(dir, 'ended', endedSchema);
}

/** Whether somebody wants the command ended. */
export async function isKillWanted(dir: string): Promise<boolean> {
  return (await unlessAbsent(() => stat(commandFile(dir, 'kill')))) !== undefined;
}

/** The last bytes that the command has written, as text; empty while there are none. Nothing more than these is read. */
export async function readTail(dir: string, bytes: number): Promise<string> {
  const newest = await lastBytes(commandFile(dir, 'output'), bytes);
  const missing = bytes - newest.length;
  const older = missing > 0 ? await lastBytes(commandFile(dir, 'older'), missing) : Buffer.alloc(0);
  const all = Buffer.concat([older, newest]);
  // A character that the cut went through is left out.
  const whole = all.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return all.subarray(Math.max(0, whole)).toString('utf8');
}

async function lastBytes(path: string, bytes: number): Promise<Buffer> {
  const file = await unlessAbsent(() => open(path, 'r'));
  if (!file) return Buffer.alloc(0);
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, Math.max(0, size - bytes));
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function read<T extends z.ZodType>(dir: string, name: keyof typeof names, schema: T) {
  const text = await unlessAbsent(() => readFile(commandFile(dir, name), 'utf8'));
  return schema.safeParse(text === undefined ? undefined : parseJson(text)).data;
}
