// `stet simulate` as testers use it: what is refused and how, and runs with their verdict, files and exit status.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readyScenarios } from '@stet/simulator';
import { describe, expect, it } from 'vitest';
import { cleanEnv } from '../../scripts/lib/run.mjs';
import { type Ran, temporaryFolder } from '../support/stet.js';

const main = fileURLToPath(new URL('../../apps/server/dist/cli/main.js', import.meta.url));

const simulateIn = (cwd: string, line: string): Promise<Ran> =>
  new Promise((resolve) => {
    const args = [main, 'simulate', ...line.split(' ').filter(Boolean)];
    const child = execFile(process.execPath, args, { cwd, env: cleanEnv() }, (_, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
  });

const short = '--in-process --editors 5 --records 2 --duration 2';

describe('stet simulate', () => {
  it('refuses what it is asked for wrongly, in one sentence, and runs nothing', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'there.html'), 'mine');
    writeFileSync(join(folder, 'bad.yaml'), 'name: x\npeople:\n  - cuont: 3\n');
    writeFileSync(join(folder, 'bad.jsonl'), '{"at":0,"kind":"settled"}\n');
    const wrong: ReadonlyArray<[line: string, why: RegExp]> = [
      ['--duration 3h', /It must be seconds, or a time such as 500ms, 30s or 2m/],
      ['--scenario nowhere', /no ready scenario and no file "nowhere".*hot-record/],
      ['--scenario bad.yaml', /bad.yaml is no scenario:\n.*line 3/s],
      ['--report there.html', /there.html is there already, and nothing is overwritten/],
      ['--history no/such/folder.jsonl --report new.html', /The history cannot be written/],
      ['--check bad.jsonl --report new.html', /bad.jsonl, line 1, is not what a history begins with/],
    ];
    for (const [line, why] of wrong) {
      const { status, stdout, stderr } = await simulateIn(folder, line);
      expect({ line, status, stdout }).toEqual({ line, status: 2, stdout: '' });
      expect(stderr).toMatch(/^stet: /);
      expect(stderr).toMatch(why);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
    expect(readFileSync(join(folder, 'there.html'), 'utf8')).toBe('mine');
    expect(readdirSync(folder).sort()).toEqual(['bad.jsonl', 'bad.yaml', 'there.html']);
  });

  it('lists the ready scenarios', async () => {
    const { status, stdout } = await simulateIn(temporaryFolder(), '--list');
    expect(status).toBe(0);
    for (const name of readyScenarios.keys()) expect(stdout).toMatch(new RegExp(`^${name} +\\S`, 'm'));
  });

  it('answers programs with one object, and the same seed with the same history', async () => {
    const folder = temporaryFolder();
    const [one, other] = [
      await simulateIn(folder, `${short} --seed 7 --json --history one.jsonl --report one.html`),
      await simulateIn(folder, `${short} --seed 7 --json --history other.jsonl`),
    ];
    expect({ status: one.status, stderr: one.stderr }).toEqual({ status: 0, stderr: '' });
    const answer = JSON.parse(one.stdout);
    expect(answer).toMatchObject({
      verdict: 'holds',
      seed: 7,
      run: { scenario: 'hot-record', mode: 'in-process', editors: 5, records: 2, duration: 2_000 },
      broken: [],
      files: { history: 'one.jsonl', report: 'one.html' },
    });
    expect(answer.figures.saves.all).toBeGreaterThan(0);
    expect(other.status).toBe(0);
    const history = readFileSync(join(folder, 'one.jsonl'), 'utf8');
    expect(readFileSync(join(folder, 'other.jsonl'), 'utf8')).toBe(history);
    expect(readFileSync(join(folder, 'one.html'), 'utf8')).toContain('Every rule held');
    expect(readdirSync(folder).sort()).toEqual(['one.html', 'one.jsonl', 'other.jsonl']);

    const checked = await simulateIn(folder, '--check one.jsonl --json');
    expect(checked.status).toBe(0);
    expect(JSON.parse(checked.stdout)).toMatchObject({
      verdict: 'holds',
      seed: 7,
      passed: answer.passed,
      figures: answer.figures,
    });

    // A history in which an accepted save is gone from what the store says at the end.
    const lines = history.trimEnd().split('\n');
    const last = lines.findLastIndex((line) => line.includes('"kind":"entry"'));
    writeFileSync(join(folder, 'forged.jsonl'), lines.filter((_, place) => place !== last).join('\n'));
    const forged = await simulateIn(folder, '--check forged.jsonl');
    expect(forged.status).toBe(1);
    expect(forged.stdout).toMatch(/^BROKEN/);
    expect(forged.stderr).toMatch(/^stet: (A rule was|Rules were) broken: /);
  });

  it('tells people the verdict first, and replaces no file but its own report', async () => {
    const folder = temporaryFolder();
    const first = await simulateIn(folder, short);
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(/^Every rule held: [\d,]+ calls, [\d,]+ saves, [\d,]+ conflicts?\.\n/);
    expect(first.stdout).toMatch(
      /Report {2}stet-simulation\.html\nOnce more: stet simulate --in-process .*--seed \d+\n$/,
    );
    expect(first.stdout).not.toContain('\u001b');
    expect(first.stderr).toMatch(/^hot-record, seed \d+: 5 editors/);
    await simulateIn(folder, `${short} --seed 3`);
    expect(readdirSync(folder)).toEqual(['stet-simulation.html']);
    expect(readFileSync(join(folder, 'stet-simulation.html'), 'utf8')).toContain('seed 3');

    writeFileSync(join(folder, 'stet-simulation.html'), 'somebody’s own');
    await simulateIn(folder, `${short} --seed 3`);
    expect(readFileSync(join(folder, 'stet-simulation.html'), 'utf8')).toBe('somebody’s own');
    expect(existsSync(join(folder, 'stet-simulation-2.html'))).toBe(true);
  });
});
