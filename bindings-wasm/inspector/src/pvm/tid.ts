/**
 * Task ids, 32 bits: bit 31 a daemon, bit 30 a multicast address, bits 29 to 18 the host's index (0 is pvmd',
 * the daemon's fork that adds hosts; 1 the master), bits 17 to 0 the task on that host.
 */
const HOST_SHIFT = 18;
const HOST_MASK = 0xfff;
const TASK_MASK = 0x3_ffff;
const DAEMON = 0x8000_0000;

/** The host's index. */
export function hostOf(tid: number): number {
  return (tid >>> HOST_SHIFT) & HOST_MASK;
}

/** The task id of the daemon of a host. */
export function tidOfDaemon(host: number): number {
  return (DAEMON | (host << HOST_SHIFT)) >>> 0;
}

/** As PVM prints it. */
export function formatTid(tid: number): string {
  return `t${tid.toString(16)}`;
}

/** In words: whose id it is. */
export function describeTid(tid: number): string {
  if (tid === 0) return "nobody";
  const host = hostOf(tid);
  const kind = tid >>> 30;
  if (kind === 3) return "unknown kind of id";
  if (kind === 2) return host === 0 ? "pvmd'" : `pvmd of host ${host}`;
  const local = tid & TASK_MASK;
  return kind === 1 ? `multicast ${local} of host ${host}` : `task ${local} of host ${host}`;
}
