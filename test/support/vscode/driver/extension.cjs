// Connects to the test that started the editor and answers its questions, one JSON object a line; see ../driver.ts.
const net = require('node:net');
const vscode = require('vscode');
const { held, meter } = require('./meter.cjs');

const product = 'opencode-orchestrator.opencode-orchestrator';

let read;

const answers = {
  execute: ({ command, args }) => vscode.commands.executeCommand(command, ...args),
  configure: ({ key, value, target }) =>
    vscode.workspace.getConfiguration().update(key, value, vscode.ConfigurationTarget[target]),
  missions: () => vscode.extensions.getExtension(product)?.exports?.missions?.(),
  active: () => vscode.extensions.getExtension(product)?.isActive,
  activate: async ({ extension: id = product }) => {
    const extension = vscode.extensions.getExtension(id);
    if (extension.isActive) throw new Error('The extension is active already.');
    const from = performance.now();
    await extension.activate();
    return performance.now() - from;
  },
  environment: () => process.env,
  measure: () => (read ??= meter())(),
  heap: () => held(),
};

function activate(context) {
  const [port, token] = (process.env.ORCHESTRATOR_TEST_DRIVER ?? '').split(':');
  if (!token) return;
  const socket = net.connect(Number(port), '127.0.0.1');
  const say = (message) => socket.write(`${JSON.stringify(message)}\n`);
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('connect', () => say({ token }));
  socket.on('error', () => undefined);
  socket.on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) void answer(JSON.parse(line), say);
  });
  let disposed = false;
  // The test was killed and could not end its editor.
  socket.on('close', () => disposed || process.kill(process.ppid));
  context.subscriptions.push({
    dispose: () => {
      disposed = true;
      socket.destroy();
    },
  });
}

async function answer({ id, question, ...rest }, say) {
  try {
    say({ id, result: inert(await answers[question](rest)) });
  } catch (error) {
    say({ id, error: error instanceof Error ? error.message : String(error) });
  }
}

/** What a command returned as JSON can hold it. */
function inert(value) {
  try {
    return JSON.parse(JSON.stringify(value ?? null));
  } catch {
    return null;
  }
}

module.exports = { activate };
