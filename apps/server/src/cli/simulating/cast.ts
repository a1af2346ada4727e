import { atLeast, type Role } from '@stet/protocol';
import type { Plan } from '@stet/simulator';

// A plan for a Stet that runs: the scenario's people are played by the users whose tokens there are, each page by one who
// may do as much as it takes.

/** `above`: the roles that are played by somebody who may do more. */
export type Cast = { kind: 'cast'; plan: Plan; above: Role[] } | { kind: 'missing'; role: Role };

export function castOf(plan: Plan, users: Plan['users']): Cast {
  const playedBy = new Map<string, string>();
  const played = new Map<string, number>();
  const above = new Set<Role>();
  for (const { user, role } of plan.users) {
    // Whoever has the least to do already; of those, who may just as much.
    const able = users.filter((each) => atLeast(each.role, role));
    const [best] = [...able].sort(
      (one, other) =>
        Number(one.role !== role) - Number(other.role !== role) ||
        (played.get(one.user) ?? 0) - (played.get(other.user) ?? 0),
    );
    if (!best) return { kind: 'missing', role };
    if (best.role !== role) above.add(role);
    playedBy.set(user, best.user);
    played.set(best.user, (played.get(best.user) ?? 0) + 1);
  }
  return {
    kind: 'cast',
    above: [...above],
    plan: {
      ...plan,
      users: users.filter(({ user }) => played.has(user)),
      editors: plan.editors.map((editor) => ({ ...editor, user: playedBy.get(editor.user) ?? editor.user })),
    },
  };
}
