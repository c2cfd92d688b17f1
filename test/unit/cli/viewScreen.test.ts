import assert from 'node:assert/strict';
import { Screen } from '../../../src/cli/view/screen';
import { FakeTerminal } from './viewTerminal';

/** A clock that is turned by hand. */
class Turned {
  ms = 0;
  private due: { at: number; callback: () => void }[] = [];
  readonly now = () => this.ms;
  readonly after = (ms: number, callback: () => void) => {
    const item = { at: this.ms + ms, callback };
    this.due.push(item);
    return () => {
      this.due = this.due.filter((other) => other !== item);
    };
  };

  turn(ms: number): void {
    this.ms += ms;
    const now = this.due.filter((item) => item.at <= this.ms);
    this.due = this.due.filter((item) => item.at > this.ms);
    for (const item of now) item.callback();
  }
}

describe('the screen', () => {
  let terminal: FakeTerminal;
  let clock: Turned;
  let screen: Screen;
  const open = (options: { resized?: () => void } = {}) => {
    screen = new Screen(terminal, { now: clock.now, after: clock.after, ...options });
    return screen;
  };
  const draw = (...lines: string[]) => {
    screen.draw(lines);
    clock.turn(100);
  };

  beforeEach(() => {
    terminal = new FakeTerminal();
    clock = new Turned();
  });
  afterEach(() => screen.close());

  it('repaints in place: longer, shorter, fewer and more lines', () => {
    open();
    for (const lines of [['one', 'two'], ['a longer one', 'two', 'three'], ['x'], [], ['y', '', 'z'], ['y', 'zz']]) {
      draw(...lines);
      assert.deepEqual(terminal.text(), lines);
    }
  });

  it('keeps the last column of a line that fills the width', () => {
    open();
    const full = 'x'.repeat(40);
    draw(full, full);
    draw('short', full);
    assert.deepEqual(terminal.text(), ['short', full]);
    draw(full);
    assert.deepEqual(terminal.text(), [full]);
  });

  it('writes nothing when nothing changed, and only the lines that did', () => {
    open();
    draw('one', 'two', 'three');
    const before = terminal.writes.length;
    draw('one', 'two', 'three');
    assert.equal(terminal.writes.length, before);
    draw('one', 'TWO', 'three');
    assert.deepEqual(terminal.text(), ['one', 'TWO', 'three']);
    assert.doesNotMatch(terminal.writes.at(-1)!, /one|three/);
  });

  it('repaints at most ten times a second and shows the last state', () => {
    open();
    for (let i = 0; i <= 500; i++) {
      screen.draw([`state ${i}`]);
      clock.turn(2);
    }
    assert.ok(terminal.writes.length <= 11, `${terminal.writes.length} writes`);
    clock.turn(100);
    assert.deepEqual(terminal.text(), ['state 500']);
  });

  it('puts permanent lines above the block, in order, also beyond the screen’s height', () => {
    open();
    draw('live 1', 'live 2');
    for (let i = 1; i <= 30; i++) {
      screen.print(`line ${i}`);
      if (i % 7 === 0) draw(`live ${i}`, 'live 2', 'live 3');
    }
    draw('live', 'end');
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
    assert.deepEqual(terminal.text(), [...lines, 'live', 'end']);
    assert.deepEqual(terminal.seen().slice(-3), ['line 30', 'live', 'end']);
  });

  it('lets a long permanent line break, and cuts a line of the block that is too wide or too low', () => {
    open();
    screen.print('p'.repeat(100));
    draw(...Array.from({ length: 20 }, (_, index) => `${index} ${'x'.repeat(60)}`));
    assert.deepEqual(terminal.text().slice(0, 3), ['p'.repeat(40), 'p'.repeat(40), 'p'.repeat(20)]);
    assert.equal(terminal.text().length, 3 + 9);
    assert.ok(terminal.text().every((line) => line.length <= 40));
  });

  it('stays whole when the terminal gets narrower, wider, lower and higher', () => {
    let resized = 0;
    open({ resized: () => (resized += 1) });
    screen.print('kept');
    const lines = ['a'.repeat(40), 'b'.repeat(30), 'c'.repeat(25)];
    draw(...lines);
    for (const [columns, rows] of [
      [20, 10],
      [60, 10],
      [30, 6],
      [15, 12],
      [80, 24],
    ] as const) {
      terminal.resize(columns, rows);
      clock.turn(100);
      assert.deepEqual(terminal.text(), ['kept', ...lines.map((line) => line.slice(0, columns))], `${columns}x${rows}`);
    }
    assert.equal(resized, 5);
  });

  it('hides the cursor while it is live, and gives everything back', () => {
    const before = process.listenerCount('exit');
    open();
    assert.equal(process.listenerCount('exit'), before + 1);
    draw('live');
    assert.equal(terminal.cursorVisible, false);
    screen.print('said last');
    screen.close();
    screen.close();
    assert.equal(terminal.cursorVisible, true);
    assert.deepEqual(terminal.text(), ['said last']);
    assert.equal(terminal.listening, 0);
    assert.equal(process.listenerCount('exit'), before);
    const writes = terminal.writes.length;
    draw('after');
    screen.print('after');
    clock.turn(1_000);
    assert.equal(terminal.writes.length, writes);
  });

  it('leaves the last state and a visible cursor below it when the process exits', () => {
    const others = process.listeners('exit');
    open();
    screen.draw(['old']);
    screen.draw(['as it was', 'x'.repeat(40)]);
    for (const listener of process.listeners('exit')) if (!others.includes(listener)) listener(0);
    assert.equal(terminal.cursorVisible, true);
    terminal.write('shell$');
    assert.deepEqual(terminal.text(), ['as it was', 'x'.repeat(40), 'shell$']);
  });

  it('uses no alternate screen and asks the terminal for nothing', () => {
    open();
    draw('a', 'b');
    draw('a');
    screen.print('p');
    screen.close();
    assert.doesNotMatch(terminal.writes.join(''), /\x1b\[\?(?:1049|47|1047)|\x1b\[[0-9]*[nc]|\x1bc/);
  });
});
