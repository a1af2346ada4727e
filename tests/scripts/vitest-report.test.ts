// The last line of `npm test` is believed by machines: what is not a passed test must not count as one.
import { expect, test } from 'vitest';
import { countTests, failures } from '../../scripts/lib/vitest-report.mjs';

const report = (numPassedTests: number, numFailedTests: number, files: { status: string; of: string[] }[]) =>
  JSON.stringify({
    numPassedTests,
    numFailedTests,
    numPendingTests: 1,
    numTodoTests: 2,
    testResults: files.map(({ status, of }) => ({ status, assertionResults: of.map((status) => ({ status })) })),
  });

test('passed, failed and skipped tests are counted one by one', () => {
  const text = report(2, 1, [{ status: 'failed', of: ['passed', 'failed', 'passed'] }]);
  expect(countTests(text, false)).toEqual({ passed: 2, failed: 1, skipped: 3, files: 1 });
});

test('a file that cannot be loaded is a failure', () => {
  const text = report(1, 0, [
    { status: 'passed', of: ['passed'] },
    { status: 'failed', of: [] },
  ]);
  expect(countTests(text, false)).toMatchObject({ passed: 1, failed: 1 });
});

test('an error outside of every test is a failure', () => {
  expect(countTests(report(1, 0, [{ status: 'passed', of: ['passed'] }]), false)).toMatchObject({ failed: 1 });
});

test('no report at all is a failure', () => {
  expect(countTests(undefined, true)).toMatchObject({ passed: 0, failed: 1 });
});

test('what failed is named in one line each, where the last lines are all that is kept', () => {
  const text = JSON.stringify({
    testResults: [
      { status: 'passed', name: '/here/a.test.ts', assertionResults: [{ status: 'passed', fullName: 'fine' }] },
      {
        status: 'failed',
        name: '/here/tests/b.test.ts',
        assertionResults: [
          { status: 'passed', fullName: 'fine' },
          { status: 'failed', fullName: 'a story', failureMessages: ['Error: lost\n  at b.test.ts:1'] },
        ],
      },
      { status: 'failed', name: '/here/c.test.ts', message: 'Cannot find module\nhere', assertionResults: [] },
    ],
  });
  expect(failures(text, '/here')).toEqual(['tests/b.test.ts > a story: Error: lost', 'c.test.ts: Cannot find module']);
  expect(failures(undefined, '/here')).toEqual([]);
});
