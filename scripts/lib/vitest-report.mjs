// Reads what vitest's json reporter wrote, so that the summary counts tests and not files.

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
    (/** @type {{ status: string, assertionResults: { status: string }[] }} */ file) =>
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
