// Where Redis is, as one URL says it: `redis://[user:password@]host[:port][/database]`, or `redis+cluster://` with the
// first nodes of a Cluster between commas. `rediss` in place of `redis`: over TLS.

export interface RedisAddress {
  kind: 'single' | 'cluster';
  hosts: Array<{ host: string; port: number }>;
  username?: string;
  password?: string;
  database?: number;
  tls: boolean;
}

const form =
  /^redis(?<tls>s?)(?<cluster>\+cluster)?:\/\/(?:(?<who>[^@/]*)@)?(?<hosts>[^@/?#]+)(?:\/(?<database>\d*))?$/;
const hostForm = /^(?<host>\[[0-9a-fA-F:.]+\]|[^:[\]]+)(?::(?<port>\d{1,5}))?$/;

/** Null where it can't be read. */
export function readRedisUrl(url: string): RedisAddress | null {
  const { tls, cluster, who, hosts = '', database } = form.exec(url)?.groups ?? {};
  const read = hosts.split(',').map(hostOf);
  const known = read.filter((host) => host !== null);
  const isCluster = cluster !== undefined;
  if (known.length === 0 || known.length < read.length || (!isCluster && known.length > 1)) return null;
  // A Cluster has one database.
  if (isCluster && Number(database || 0) !== 0) return null;
  const credentials = credentialsOf(who);
  if (!credentials) return null;
  return {
    kind: isCluster ? 'cluster' : 'single',
    hosts: known,
    ...credentials,
    ...(database ? { database: Number(database) } : {}),
    tls: tls === 's',
  };
}

function hostOf(text: string): { host: string; port: number } | null {
  const { host, port = '6379' } = hostForm.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) return null;
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

function credentialsOf(who = ''): Pick<RedisAddress, 'username' | 'password'> | null {
  const [, username = '', password = ''] = /^([^:]*):?(.*)$/.exec(who) ?? [];
  try {
    return {
      ...(username ? { username: decodeURIComponent(username) } : {}),
      ...(password ? { password: decodeURIComponent(password) } : {}),
    };
  } catch {
    return null;
  }
}
