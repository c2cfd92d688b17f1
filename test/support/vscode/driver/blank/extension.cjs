const vscode = require('vscode');

const viewType = 'orchestratorTest.blank';

/** Under the names by which a test finds the dashboard’s page, too. */
function fill(panel) {
  panel.webview.html = '<!doctype html><html><body><div id="root"><p class="panel">Blank</p></div></body></html>';
}

function activate(context) {
  context.subscriptions.push(
    vscode.window.registerWebviewPanelSerializer(viewType, { deserializeWebviewPanel: async (panel) => fill(panel) }),
    vscode.commands.registerCommand('orchestratorTest.openBlank', () =>
      fill(vscode.window.createWebviewPanel(viewType, 'Blank', vscode.ViewColumn.Active)),
    ),
  );
}

module.exports = { activate };
