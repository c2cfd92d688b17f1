import assert from 'node:assert/strict';
import { Test } from 'mocha';
import { diamond } from '../scenarios/shapes';
import { scratch, scriptedModel } from '../support/scratch';
import { runHostTests, type HostRun } from '../support/vscode/hostSuite';

/** The tests in test/integration/host run inside VS Code’s extension host; each is listed here as a test of its own. */
describe('in the extension host', function () {
  this.timeout(360_000);
  let ran: HostRun;

  before(async function () {
    const place = scratch();
    const model = await scriptedModel(place, diamond());
    try {
      ran = await runHostTests(place);
    } finally {
      await model.close();
      place.remove();
    }
    const suite = this.test?.parent ?? assert.fail('the hook stands in no suite');
    for (const { title, error } of ran.results) {
      suite.addTest(
        new Test(title, () => {
          if (error !== undefined) throw new Error(error);
        }),
      );
    }
  });

  it('the suite runs to its end', () => {
    assert.ok(ran.results.length > 0, `no host test was run:\n${ran.output.slice(-3_000)}`);
    const failed = ran.results.filter(({ error }) => error !== undefined).map(({ title }) => title);
    assert.equal(ran.code, failed.length > 0 ? 1 : 0, ran.output.slice(-3_000));
  });
});
