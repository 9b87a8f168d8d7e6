// URL authentication of 123Pan's CDN, written from the vendor's description and independently of our Rust code, so that
// the tests compare the two.
import { createHash } from "node:crypto";

/** Hosts that serve direct links for an account, without any that its owner added. */
export function isDirectLinkHost(host, uids) {
  if (host === "vip.123pan.cn" || host === "vip.123pan.com") return true;
  return uids.some((uid) => ["v.123pan.cn", "v.123yx.com", "cdn.123clouddisk.com"]
    .some((domain) => host === `${uid}.${domain}`));
}

/** The bytes of a request path, percent-decoded once; `null` if an escape is malformed. */
export function decodePath(raw) {
  if (/%(?![0-9A-Fa-f]{2})/.test(raw)) return null;
  const decoded = raw.replace(/%([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(decoded, "latin1");
}

/**
 * The reason to refuse a request, or `null`.
 *
 * `path` is what {@link decodePath} gave, `query` the raw query without its `?`, `accounts` maps
 * uids to private keys, `now` is in Unix seconds. `rand` is our own promise (32 hex digits); the
 * vendor asks only for a text without a hyphen.
 */
export function refusal({ path, query, accounts, now, rand = /^[0-9a-f]{32}$/ }) {
  const values = authKeys(query);
  if (values.length !== 1) return `${values.length} auth_key parameters`;
  const parts = values[0].split("-");
  if (parts.length !== 4) return `${parts.length} parts in auth_key`;
  const [expires, nonce, uid, hash] = parts;
  if (!/^[1-9][0-9]*$/.test(expires)) return "expiry is not a number";
  if (Number(expires) < now) return "expired";
  if (!rand.test(nonce)) return "rand has the wrong form";
  if (!Object.hasOwn(accounts, uid)) return "unknown uid";
  const text = Buffer.concat([path, Buffer.from(`-${expires}-${nonce}-${uid}-${accounts[uid]}`)]);
  const expected = createHash("md5").update(text).digest("hex");
  return hash === expected ? null : "wrong hash";
}

/** Every value of `auth_key`, also where the name is escaped. */
function authKeys(query) {
  return [...new URLSearchParams(query)].filter(([name]) => name === "auth_key").map(([, value]) => value);
}
