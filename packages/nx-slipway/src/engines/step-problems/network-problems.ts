/** A tool that fetches, and how it says that the network or the server failed. Each has recorded outputs in `fixtures/network`. */
interface FetchingTool {
  readonly tool: string;
  readonly failures: readonly RegExp[];
}

/** What a server answers that is overloaded or down; a 404 or a 403 is the same a moment later. */
const PASSING_STATUS = '(?:429|500|502|503|504)';
/** How Go's net/http describes a connection that failed (go 1.19 to 1.26). */
const GO_CONNECTION =
  '(?:connection re(?:fused|set by peer)|i/o timeout|TLS handshake timeout|unexpected EOF|EOF|server misbehaving|Temporary failure in name resolution|network is unreachable|no route to host)';

const TOOLS: readonly FetchingTool[] = [
  {
    // apt 2.6.
    tool: 'apt',
    failures: [
      new RegExp(
        `^[WE]: Failed to fetch .*(?:Could not connect|Connection (?:failed|timed out)|Error reading from server|Temporary failure resolving|Unable to connect|  ${PASSING_STATUS} ).*$`,
        'm',
      ),
    ],
  },
  {
    // curl 7.88: not resolved, no connection, cut, timed out, TLS, empty reply, not received; git's words for the same.
    tool: 'curl',
    failures: [
      /^curl: \((?:6|7|18|28|35|52|56)\) .*$/m,
      new RegExp(`^curl: \\(22\\) .* error: ${PASSING_STATUS}\\b.*$`, 'm'),
    ],
  },
  {
    // git 2.39 with libcurl.
    tool: 'git',
    failures: [
      new RegExp(
        `^fatal: unable to access .*(?:Failed to connect|Couldn't connect|Could not resolve host|Recv failure|transfer closed|Connection timed out|returned error: ${PASSING_STATUS}).*$`,
        'm',
      ),
      /^fatal: (?:early EOF|the remote end hung up unexpectedly).*$/m,
    ],
  },
  {
    // GNU wget 1.21.
    tool: 'wget',
    failures: [
      /^.* failed: (?:Connection (?:refused|timed out)|Temporary failure in name resolution).*$/m,
      /^.*Read error \(.*\) in headers\.$/m,
      /^.* - Connection closed at byte \d+\. Giving up\.$/m,
      new RegExp(`^.* ERROR ${PASSING_STATUS}: .*$`, 'm'),
    ],
  },
  {
    // Of the go command alone: what a test of the project prints has no "go: module@version".
    tool: 'go',
    failures: [
      new RegExp(`^go: \\S+@\\S+: (?:Get|read) .*: ${GO_CONNECTION}$`, 'm'),
      new RegExp(`^go: \\S+@\\S+: reading \\S+: ${PASSING_STATUS}\\b.*$`, 'm'),
    ],
  },
  {
    // npm 7 to 11.
    tool: 'npm',
    failures: [
      /^npm (?:ERR!|error) +code:? '?(?:ECONNREFUSED|ECONNRESET|ETIMEDOUT|ESOCKETTIMEDOUT|EAI_AGAIN|E429|E50[0234])\b.*$/m,
    ],
  },
  {
    // pip 23: of an answer like 503 it says nothing at all.
    tool: 'pip',
    failures: [/^WARNING: Retrying \(Retry\(total=0, .*after connection broken by .*$/m, /^.*\bReadTimeoutError\b.*$/m],
  },
];

/**
 * What the network failed at in a step that failed, as the tool said it; `undefined` where no tool that is known said so. Only what may be gone
 * a moment later counts, and only in the words of a tool that fetches: a test that cannot connect to its database is none. Pure.
 * @param lastWords the end of the step's output
 */
export function findNetworkFailure(lastWords: string): string | undefined {
  for (const { tool, failures } of TOOLS) {
    for (const failure of failures) {
      const [line] = failure.exec(lastWords) ?? [];
      if (line !== undefined) return `${tool} says "${line.trim()}"`;
    }
  }
  return undefined;
}

/** Why a registry did not deliver, where that may be gone a moment later. */
const REGISTRY_FAILURES = new RegExp(
  `${GO_CONNECTION}$|status code from registry ${PASSING_STATUS}\\b|toomanyrequests|\\b${PASSING_STATUS} (?:Too Many|Internal Server|Bad Gateway|Service Unavailable|Gateway Time)`,
  'i',
);

/**
 * Whether a registry failed to deliver an image for a reason that may be gone a moment later. `localhost/…` is what podman calls images
 * without a registry: nobody is expected to answer there. Pure.
 * @param reason as the engine says it, without the image's name
 */
export function isPassingRegistryFailure(reference: string, reason: string): boolean {
  return !reference.startsWith('localhost/') && REGISTRY_FAILURES.test(reason.trim());
}
