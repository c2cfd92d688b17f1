import { chatAgent } from '../core/agents/instructions';
import type { PermissionRule } from '../core/agents/permissions';
import { answerSchemas } from '../core/answers/schemas';
import { partIdOf } from './ids';

/** Whatever changes something, starts something, or would ask. */
const denied = [
  ...['edit', 'bash', 'task', 'todowrite', 'todoread', 'question', 'external_directory', 'plan_enter', 'plan_exit'],
  ...['webfetch', 'websearch', 'codesearch', 'lsp', 'skill', 'doom_loop'],
  ...['run_background', 'check_background', 'list_background', 'kill_background'],
];

function rule(permission: string, action: PermissionRule['action'], pattern = '*'): PermissionRule {
  return { permission, pattern, action };
}

/** What a chat may do: read the folder, but for files that hold secrets; nothing else, and it asks for nothing. */
export function chatRules(): PermissionRule[] {
  return [
    ...[...denied, ...Object.keys(answerSchemas)].map((name) => rule(name, 'deny')),
    ...['read', 'grep', 'glob', 'list'].map((name) => rule(name, 'allow')),
    ...['*.env', '*.env.*'].map((pattern) => rule('read', 'deny', pattern)),
    rule('read', 'allow', '*.env.example'),
  ];
}

/** A chat’s session as OpenCode takes it: it has no parent, and says what it is. */
export function chatSession(mission: string) {
  return {
    title: 'Orchestrator: chat',
    agent: chatAgent.name,
    metadata: { orchestrator: { mission, role: 'chat', attempt: 1 } },
    permission: chatRules(),
  };
}

/** A message of the person’s, sent once however often it is repeated. */
export function chatPrompt(session: string, message: string, text: string) {
  return {
    sessionID: session,
    messageID: message,
    agent: chatAgent.name,
    parts: [{ type: 'text' as const, id: partIdOf(message), text }],
  };
}
