// Reads what vitest's json reporter wrote, so that the summary counts tests and not files.

/** @typedef {{ status: string, name?: string, message?: string, assertionResults: { status: string, fullName?: string, failureMessages?: string[] }[] }} File */

/**
 * @typedef {{ passed: number, failed: number, skipped: number, files: number }} Counts
 * @param {string | undefined} text the report, if there is one
 * @param {boolean} ok whether vitest itself was content
 * @returns {Counts}
 */
export function countTests(text, ok) {
  if (text === undefined) return { passed: 0, failed: 1, skipped: 0, files: 0 };
  const report = JSON.parse(text);
  // A file that could not even be loaded failed, though it holds no test that did.
  const broken = report.testResults.filter(
    (/** @type {File} */ file) =>
      file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  ).length;
  const failed = report.numFailedTests + broken;
  return {
    passed: report.numPassedTests,
    // An error outside every test fails the run too.
    failed: ok || failed > 0 ? failed : 1,
    skipped: report.numPendingTests + report.numTodoTests,
    files: report.testResults.length,
  };
}

/**
 * One line for each test that failed, and for each file that could not be loaded: what it says stands far above.
 * @param {string | undefined} text the report, if there is one
 * @param {string} root what the files' names begin with
 * @returns {string[]}
 */
export function failures(text, root) {
  if (text === undefined) return [];
  /** @type {File[]} */
  const files = JSON.parse(text).testResults.filter((/** @type {File} */ { status }) => status === 'failed');
  return files.flatMap(({ name = '', message = '', assertionResults }) => {
    const file = name.replace(`${root}/`, '');
    const failed = assertionResults.filter(({ status }) => status === 'failed');
    if (failed.length === 0) return [`${file}: ${firstLine(message)}`];
    return failed.map(({ fullName, failureMessages }) => `${file} > ${fullName}: ${firstLine(failureMessages?.[0])}`);
  });
}

const firstLine = (text = '') => (text.split('\n', 1)[0] ?? '').slice(0, 200);
