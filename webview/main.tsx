import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { makeApp } from './app/app';
import { AppContext } from './app/context';
import { loadTranslations } from './app/l10n';
import { connectHost } from './app/vscodeApi';
import './styles/index.css';

const root = document.getElementById('root');
if (root) {
  loadTranslations(root.dataset['l10n']);
  const app = makeApp(connectHost());
  createRoot(root).render(
    <StrictMode>
      <AppContext value={app}>
        <App />
      </AppContext>
    </StrictMode>,
  );
  app.begin();
}
