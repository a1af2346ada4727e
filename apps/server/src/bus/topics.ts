import type { Topic, Wake } from './bus.js';

/**
 * What a topic is called, here and in Redis: two are the same when their names are. The workspace stands in braces, which
 * put all that is of one workspace on one shard of a Cluster; what UTF-8 can't carry or a line can't show is escaped.
 */
export const nameOf = (topic: Topic): string =>
  topic.kind === 'access' ? 'stet:access' : `stet:${topic.kind}:{${JSON.stringify(topic.workspace).slice(1, -1)}}`;

export const topicOf = (wake: Wake): Topic =>
  wake.kind === 'access' ? { kind: 'access' } : { kind: wake.kind, workspace: wake.workspace };
