import type { EventOf } from '../history/event.js';
import type { Facts } from './facts.js';
import { Findings } from './findings.js';
import type { Check } from './verdict.js';

// C6: where a page says “saved as version n”, there is such a version.

export function said(facts: Facts): Check {
  const saved: Array<EventOf<'saved'>> = [];
  return {
    name: 'said',
    rule: 'C6',
    see(event) {
      if (event.kind === 'saved' && event.state === 'saved' && event.version !== null) saved.push(event);
    },
    end() {
      const found = new Findings('said', 'C6');
      if (!facts.isWhole) return found.end('the log is not known');
      for (const event of saved) {
        const { editor, record, version } = event;
        found.expect(
          facts.at(record, version) !== undefined,
          () =>
            `The page of ${editor} said that ${record} is saved as version ${version}, and there is no such version`,
          record,
          () => [event, facts.history(record).at(-1)],
        );
      }
      return found.end();
    },
  };
}
