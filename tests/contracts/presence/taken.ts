import { type Problem, presenceLease } from '@stet/protocol';
import { describe, expect, test, vi } from 'vitest';
import { at, editing, left, type Stage } from '../../support/presence-stage.js';

// What is taken of what people say, and for how long.

export function takenContract(opened: () => Stage): void {
  /** Waits until that is seen which was said last, and gives all that is seen. */
  async function seenWith(user: string, id: string) {
    await opened().eventually(async () => (await opened().seenBy(user))[id] !== undefined);
    return opened().seenBy(user);
  }

  /** The next question for a role is answered when the test says so. */
  function slowRole(): () => void {
    const { workspaces } = opened().store;
    const { role } = workspaces;
    let go = (): void => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    vi.spyOn(workspaces, 'role').mockImplementationOnce(async (...asked) => {
      await held;
      return role(...asked);
    });
    return () => go();
  }

  describe('what is taken', () => {
    test('[S1] of who is not a member nothing, and it is not told apart from a workspace that does not exist', async () => {
      const stage = opened();
      const refusals = [
        await stage.say('zoe', at('dune')),
        await stage.say('zoe', at('dune'), { where: 'nowhere' }),
        await stage.say('zoe', at('x', { resource: 'nonsense' })),
        await stage.keep('zoe', [at('dune')]),
      ];
      expect(new Set(refusals.map((refused) => JSON.stringify(refused))).size).toBe(1);
      expect(refusals[0]).toMatchObject({ status: 404, type: '/problems/not-found' });
      await stage.say('ana', at('emma'));
      expect(await seenWith('ana', 'emma')).toEqual({ emma: ['ana viewing'] });
      expect(await stage.seenBy('zoe')).toEqual({});
    });

    test('[S3] nothing of resources and fields that do not exist: it is said which', async () => {
      const stage = opened();
      const errorsOf = (refused: Problem | null) => [refused?.type, refused?.errors?.map(({ path }) => path)];
      const wrong = at('dune', { dirty: ['title', 'nonsense', '__proto__'], focus: 'constructor' });
      const alone = await stage.say('ana', wrong);
      expect(errorsOf(alone)).toEqual(['/problems/invalid', ['dirty.1', 'dirty.2', 'focus']]);
      const unknown = await stage.say('ana', at('x', { resource: 'boks' }));
      expect(errorsOf(unknown)).toEqual(['/problems/invalid', ['resource']]);
      const many = await stage.keep('ana', [at('ulysses'), wrong]);
      expect(errorsOf(many)).toEqual(['/problems/invalid', ['places.1.dirty.1', 'places.1.dirty.2', 'places.1.focus']]);
      await stage.say('ana', at('emma'));
      expect(await seenWith('ana', 'emma')).toEqual({ emma: ['ana viewing'] });
    });

    test('the words of one page are taken in their order, however long it takes to ask who may', async () => {
      const stage = opened();
      const go = slowRole();
      const words = [
        stage.say('ana', editing('dune', 'title')),
        stage.say('ana', left('dune')),
        stage.say('ana', at('emma')),
      ];
      go();
      await Promise.all(words);
      expect(await seenWith('ben', 'emma')).toEqual({ emma: ['ana viewing'] });
    });

    test('(trap 12) a word that is on its way when its socket goes leaves no ghost', async () => {
      const stage = opened();
      const go = slowRole();
      const words = [stage.say('ana', at('dune')), stage.say('ana', at('emma'))];
      stage.here.presence.gone('ana');
      go();
      expect(await Promise.all(words)).toEqual([null, null]);
      await stage.say('chloe', at('ulysses'));
      expect(await seenWith('ben', 'ulysses')).toEqual({ ulysses: ['chloe viewing'] });
    });

    test('[S4] what a session said over HTTP goes with it, also what is still on its way', async () => {
      const stage = opened();
      const ben = await stage.listen('ben');
      await stage.keep('ana', [editing('dune', 'title')], { session: 'one' });
      await stage.keep('ana', [at('emma')], { session: 'two' });
      await stage.eventually(() => Object.keys(ben.believes()).length === 2);
      const go = slowRole();
      const late = stage.keep('ana', [at('ulysses')], { session: 'one' });
      stage.here.presence.endSession('one');
      go();
      expect((await late)?.type).toBe('/problems/unauthenticated');
      await stage.eventually(() => ben.believes().dune === undefined);
      expect(ben.believes()).toEqual({ emma: ['ana viewing'] });
    });

    test('[S1] a page’s name touches neither another user’s page of that name nor a socket', async () => {
      const stage = opened();
      await stage.keep('ana', [at('dune')], { page: 'same' });
      await stage.say('ana', at('emma'), { socket: 'same' });
      await stage.keep('ben', [], { page: 'same' });
      await stage.keep('ben', [at('ulysses')], { page: 'same' });
      stage.here.presence.gone('same');
      expect(await seenWith('chloe', 'ulysses')).toEqual({ dune: ['ana viewing'], ulysses: ['ben viewing'] });
    });

    test('(trap 12) a page that says nothing more is gone when its lease runs out, and the others are told', async () => {
      const stage = opened();
      const ben = await stage.listen('ben');
      await stage.keep('ana', [editing('dune', 'title')]);
      await stage.pass(presenceLease - 2_000);
      await stage.keep('ana', [editing('dune', 'title')]);
      await stage.pass(presenceLease - 2_000);
      expect(ben.believes()).toEqual({ dune: ['ana editing'] });
      await stage.eventually(() => ben.told().length > 1);
      expect([ben.believes(), ben.told().length]).toEqual([{}, 2]);
    });
  });
}
