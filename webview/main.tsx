import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

// A placeholder: the dashboard comes with the editor part, in a later version.
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <p>OpenCode Orchestrator</p>
    </StrictMode>,
  );
}
