// What runs inside Redis, each as one step: so a lease and what stands under it are never apart, and all times are by one
// clock, that of Redis. Names of keys come first: the workspace's nodes, and what one of them holds.

const clock = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * Keys: nodes, held. Arguments: node, lease, revision, `all` or `some`, how many words; for each its voice, how long ago it
 * was said, and its text; then the voices that say nothing any more. The field without a name holds the revision: a
 * write that was under way when Redis was paused, and comes after a newer one, changes nothing.
 * Answers with the time and how many voices stand there now; -1 where it came too late.
 */
export const writing = `${clock}
local revision = tonumber(redis.call('HGET', KEYS[2], '') or '')
if revision and revision >= tonumber(ARGV[3]) then return {now, -1} end
if ARGV[4] == 'all' then redis.call('DEL', KEYS[2]) end
local first = 6
for _ = 1, tonumber(ARGV[5]) do
  local at = string.format('%.0f', now - tonumber(ARGV[first + 1]))
  redis.call('HSET', KEYS[2], ARGV[first], at .. ' ' .. ARGV[first + 2])
  first = first + 3
end
for i = first, #ARGV do redis.call('HDEL', KEYS[2], ARGV[i]) end
redis.call('HSET', KEYS[2], '', ARGV[3])
local held = redis.call('HLEN', KEYS[2]) - 1
if held == 0 then
  redis.call('DEL', KEYS[2])
  redis.call('ZREM', KEYS[1], ARGV[1])
else
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
  redis.call('ZADD', KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return {now, held}
`;

/** Keys: nodes. Arguments: how many, how long a name may be. Answers with those whose lease lasts. */
export const listing = `${clock}
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local nodes = {}
for _, node in ipairs(redis.call('ZRANGE', KEYS[1], 0, ARGV[1] - 1)) do
  if #node <= tonumber(ARGV[2]) then nodes[#nodes + 1] = node end
end
return nodes
`;

/**
 * Keys: held. Arguments: the revision that is known; the most bytes of a voice, of all, and the most voices; then the
 * voices that are asked for, none for all of them.
 * Answers with what is left of the lease, negative for none, and the revision; then each voice with its word, unless
 * all are asked for and the revision is the known one.
 */
export const reading = `
local lease = redis.call('PTTL', KEYS[1])
if lease <= 0 then return {-1, ''} end
local revision = ''
if redis.call('HSTRLEN', KEYS[1], '') <= 20 then revision = redis.call('HGET', KEYS[1], '') or '' end
local voices = {}
if #ARGV > 4 then
  for i = 5, #ARGV do voices[#voices + 1] = ARGV[i] end
elseif revision == ARGV[1] then
  return {lease, revision}
else
  voices = redis.call('HRANDFIELD', KEYS[1], ARGV[4])
end
local left = tonumber(ARGV[3])
local answer = {lease, revision, {}}
for _, voice in ipairs(voices) do
  local size = #voice + redis.call('HSTRLEN', KEYS[1], voice)
  if voice ~= '' and size <= tonumber(ARGV[2]) and size <= left then
    local word = redis.call('HGET', KEYS[1], voice)
    if word then
      left = left - size
      table.insert(answer[3], voice)
      table.insert(answer[3], word)
    end
  end
end
return answer
`;
