/** Message tags. Those from 0x80010001 on are PVM's own message codes, in four families. */
const FAMILIES = [
  "TM_ CONNECT CONN2 EXIT ADDHOST DELHOST CONFIG MSTAT HALT TICKLE SPAWN PSTAT SENDSIG TASK MCA NOTIFY DB SCHED " +
    "TASKER HOSTER TRACER HOSTSYNC SETOPT GETOPT CONTEXT SHMCONN",
  "DM_ ADD ADDACK EXEC EXECACK SENDSIG HTUPD HTUPDACK HTCOMMIT SLCONF STARTACK TASK TASKACK DELHOST DELHOSTACK NULL " +
    "TASKOUT PSTAT PSTATACK HALT MCA NOTIFY NOTIFYACK DB DBACK RESET RESETACK HTDEL HOSTSYNC HOSTSYNCACK " +
    "MASTER_PUBKEY SLAVE_PUBKEY SESSKEY SESSKEYACK",
  "TC_ CONREQ CONACK TASKEXIT NOOP OUTPUT SETTRACE SETTMASK SETTRCBUF SETTRCOPT SHMAT OUTPUTX SIBLINGS",
  "SM_ SPAWN EXEC EXECACK TASK CONFIG ADDHOST DELHOST ADD ADDACK NOTIFY TASKX HOSTX HANDOFF SCHED STHOST STHOSTACK " +
    "STTASK",
].map((line) => {
  const [prefix, ...names] = line.split(" ");
  return names.map((name) => `${prefix}${name}`);
});

/** The first code of the first family; each family starts 0x10000 further. */
const FIRST = 0x8001_0001;

/** The message code's name, or the number of a task's own tag. Tags are signed. */
export function formatTag(tag: number): string {
  const above = (tag >>> 0) - FIRST;
  const name = above >= 0 ? FAMILIES[above >>> 16]?.[above & 0xffff] : undefined;
  return name ?? String(tag | 0);
}
