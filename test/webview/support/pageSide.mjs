// Runs in the page before anything of it, with `given` in front: VS Code’s part of a webview, and questions of the tests.
const given = globalThis.givenByTest;
// Before a test puts the page’s clock into its own hands.
const frame = globalThis.requestAnimationFrame.bind(globalThis);
const root = () => document.documentElement;

function paint({ variables, classes, kind, id }) {
  root().removeAttribute('style');
  for (const [name, value] of Object.entries(variables)) root().style.setProperty(name, value);
  document.body.className = classes;
  document.body.dataset.vscodeThemeKind = kind;
  document.body.dataset.vscodeThemeId = id;
}

function put() {
  paint(given);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(given.sheet);
  document.adoptedStyleSheets = [sheet];
}
new MutationObserver((_, observer) => {
  if (!document.body) return;
  observer.disconnect();
  put();
}).observe(document, { childList: true, subtree: true });

let saved = given.saved;
const saves = new Set();
let isTaken = false;
globalThis.acquireVsCodeApi = () => {
  if (isTaken) throw new Error('An instance of the VS Code API has already been acquired');
  isTaken = true;
  return {
    postMessage: (message) => void globalThis.toHost(structuredClone(message)),
    getState: () => saved,
    setState: (state) => {
      saved = structuredClone(state);
      for (const look of saves) look();
    },
  };
};

/** Resolves when what was drawn last is on the screen. */
const painted = () => new Promise((resolve) => frame(() => frame(resolve)));

/** A name for an element in a message. */
const nameOf = (element) =>
  `${element.tagName.toLowerCase()}.${[...element.classList].join('.')} “${element.textContent.slice(0, 40)}”`;

const isShown = (element) => {
  const box = element.getBoundingClientRect();
  return box.width > 0 && box.height > 0 && getComputedStyle(element).visibility === 'visible';
};

let frames = [];
let tasks = [];
let drawnAt = NaN;
let tellDrawn = () => undefined;
const drawn = new Promise((resolve) => {
  tellDrawn = resolve;
});

globalThis.view = {
  /** Resolves when the first snapshot is on the screen. */
  drawn,
  async give(message) {
    window.postMessage(message, '*');
    await painted();
    if (message?.type !== 'snapshot') return;
    if (Number.isNaN(drawnAt)) drawnAt = performance.now();
    tellDrawn();
  },
  /** The page’s stored state as it is now. */
  saved: () => saved,
  /** The page’s stored state, as soon as it has all of these. */
  savedWith: (...names) =>
    new Promise((resolve) => {
      const look = () => {
        if (names.every((name) => name in saved)) resolve(saved);
      };
      saves.add(look);
      look();
    }),
  /** Hides the panel or shows it, as far as a page can tell. */
  show(isShown) {
    Object.defineProperty(document, 'visibilityState', { value: isShown ? 'visible' : 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  },
  said: [],
  /** Notes when each text was put into the one live region. */
  listen() {
    const region = document.querySelector('[role=status]');
    new MutationObserver(() => globalThis.view.said.push([Date.now(), region.textContent])).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    return document.querySelectorAll('[role=status]').length;
  },
  painted,
  /** Another theme, as VS Code changes it: in place. */
  async paint(theme) {
    paint(theme);
    await painted();
  },
  async settled() {
    await document.fonts.ready;
    await painted();
  },
  /** Elements that reach beyond the page, or boxes whose content does and can only be reached by scrolling sideways. */
  overflow() {
    const width = root().clientWidth;
    const wide = [...document.body.querySelectorAll('*')].filter((element) => {
      const box = element.getBoundingClientRect();
      if (!isShown(element) || (box.right <= width + 1 && box.left >= -1)) return false;
      // What an ancestor cuts off, ellipsis or not, is not seen.
      for (let parent = element.parentElement; parent && parent !== document.body; parent = parent.parentElement) {
        if (getComputedStyle(parent).overflowX !== 'visible' && parent.getBoundingClientRect().right <= width + 1)
          return false;
      }
      return true;
    });
    const scrolls = [...document.querySelectorAll('*')].filter((element) => {
      const { overflowX } = getComputedStyle(element);
      return (overflowX === 'auto' || overflowX === 'scroll') && element.scrollWidth > element.clientWidth + 1;
    });
    return [...wide, ...scrolls].map(nameOf);
  },
  /** Elements of a selector whose text does not fit into them or their cell. */
  cut(selector) {
    // What is a pixel in size is there for screen readers.
    const seen = (element) => isShown(element) && element.getBoundingClientRect().width > 2;
    return [...document.querySelectorAll(selector)].filter(seen).flatMap((element) => {
      for (let box = element; box && box !== document.body; box = box.parentElement) {
        if (getComputedStyle(box).overflowX === 'visible') continue;
        const inner = element.getBoundingClientRect();
        const outer = box.getBoundingClientRect();
        const fits = inner.right <= outer.right + 1 && inner.left >= outer.left - 1;
        const isWhole = box !== element || element.scrollWidth <= element.clientWidth + 1;
        return fits && isWhole ? [] : [nameOf(element)];
      }
      return [];
    });
  },
  /** Names of animations and transitions that any element could run. */
  motions() {
    return [...document.querySelectorAll('*')].flatMap((element) => {
      const { animationName, transitionDuration } = getComputedStyle(element);
      const turns = animationName !== 'none';
      const slides = transitionDuration.split(', ').some((duration) => duration !== '0s');
      return turns || slides ? [nameOf(element)] : [];
    });
  },
  /** What axe found, but for rows that their list’s edge cuts: only a part of their name is in sight there. */
  fair(violations) {
    const isCut = ({ target }) => {
      const element = document.querySelector(target.at(-1));
      const box = element.getBoundingClientRect();
      const edge = element.closest('.rows-scroller')?.getBoundingClientRect();
      return edge !== undefined && (box.bottom > edge.bottom || box.top < edge.top);
    };
    return violations
      .map((found) =>
        found.id === 'label-content-name-mismatch'
          ? { ...found, nodes: found.nodes.filter((node) => !isCut(node)) }
          : found,
      )
      .filter(({ nodes }) => nodes.length > 0);
  },
  /** When the first snapshot was on the screen, in milliseconds since the page’s start. */
  drawnAt: () => drawnAt,
  /** Begins to note the times between frames and long tasks. */
  measure() {
    let last = performance.now();
    const note = (now) => {
      frames.push(now - last);
      last = now;
      frame(note);
    };
    frame(note);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) tasks.push(entry.duration);
    }).observe({ type: 'longtask' });
  },
  /** What was noted since the last question, in milliseconds. */
  measured() {
    const result = { frames, tasks };
    frames = [];
    tasks = [];
    return result;
  },
  /** Elements that turn. */
  turning() {
    return [...document.querySelectorAll('*')]
      .filter((element) => getComputedStyle(element).animationName !== 'none' && isShown(element))
      .map(nameOf);
  },
  /** What has the focus, as a screen reader would name it. */
  focused() {
    const element = document.activeElement;
    if (!element || element === document.body) return '';
    const ids = element.getAttribute('aria-labelledby');
    const labelled = ids?.split(' ').map((id) => document.getElementById(id)?.textContent ?? '');
    const name = labelled?.join(' ') ?? element.getAttribute('aria-label') ?? element.textContent.trim();
    return `${element.getAttribute('role') ?? element.tagName.toLowerCase()}: ${name}`;
  },
};
