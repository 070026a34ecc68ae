/** Finds the tool that a name means: clients and proxies write `mail.read` in many ways. */
import type { Policy } from '../model/policy/policy.js';

/** The value of a spelling that several tools share. */
const AMBIGUOUS = Symbol('ambiguous');

/**
 * Before the name of a client's own tool that the policy does not name: a tool of a server may have the same name. It
 * contains spaces, so no other spelling begins with it.
 */
export const OWN = 'own tool ';

export class ToolNames {
    private readonly known = new Map<string, string | typeof AMBIGUOUS>();
    private readonly servers: readonly string[];
    private readonly folded: ReadonlySet<string>;

    /** @param map names of tools as given, each with the policy's name; this map takes precedence */
    constructor(
        policy: Policy,
        private readonly map: ReadonlyMap<string, string> = new Map()
    ) {
        const tools = policy.tools.filter(({ delegatesTo }) => delegatesTo === undefined).map(({ name }) => name);
        // Closer spellings come first, so that an exact name never resolves to another tool.
        for (const spellings of [(name: string) => [name], prefixed, bare]) {
            const found = new Map<string, string | typeof AMBIGUOUS>();
            for (const name of tools) {
                for (const spelling of new Set(spellings(name))) {
                    found.set(spelling, found.has(spelling) ? AMBIGUOUS : name);
                }
            }
            found.forEach((name, spelling) => {
                if (!this.known.has(spelling)) {
                    this.known.set(spelling, name);
                }
            });
        }
        this.servers = (policy.leavesOthers?.servers ?? []).map(folded);
        this.folded = new Set([...this.known.keys()].map(folded));
    }

    /** The policy's name of the tool; the given name if it matches no tool, or several. */
    nameOf(written: string, server?: string): string {
        const mapped = this.map.get(written);
        if (mapped !== undefined) {
            return mapped;
        }
        if (server === undefined) {
            const found = this.known.get(written);
            return typeof found === 'string' ? found : written;
        }
        // A tool of another server never matches, even if it has the same name.
        const full = `${server}.${written}`;
        const found = [this.known.get(full), this.known.get(written)].find(
            (name) => typeof name === 'string' && name.startsWith(`${server}.`)
        );
        return typeof found === 'string' ? found : full;
    }

    /**
     * For a policy that leaves other tools to the client: true unless the name belongs to a server that the policy does
     * not name, or to the client itself. A name that may mean a tool of a named server counts as one: shared by several
     * tools, of a server that is not given, with a shortened server name, or different only in case or in characters
     * that clients replace.
     */
    mayBeNamed(written: string, server?: string): boolean {
        if (written.startsWith(OWN)) {
            return false;
        }
        const full = this.map.get(written) ?? (server === undefined ? written : `${server}.${written}`);
        const name = folded(full);
        return this.folded.has(name) || WITHOUT_SERVER.test(full) || this.servers.some((one) => isPrefixed(name, one));
    }

    isAmbiguous(written: string): boolean {
        return this.known.get(written) === AMBIGUOUS;
    }
}

/** Cursor's name for a tool of some server. */
const WITHOUT_SERVER = /^MCP:[^:]*$/i;

/** `mail__read`, `mail_read`, `mail-read`, `mail/read`, `mail:read`. */
const BETWEEN = ['__', '_', '-', '/', ':'];

/** `mcp__mail__read` and `mcp_mail_read` as in coding assistants, or one of the others. */
function prefixed(name: string): string[] {
    const at = name.indexOf('.');
    const [server, tool] = [name.slice(0, at), name.slice(at + 1)];
    const spellings = BETWEEN.map((between) => `${server}${between}${tool}`);
    return [`mcp__${server}__${tool}`, `mcp_${server}_${tool}`, `MCP:${server}:${tool}`, ...spellings].flatMap(
        (text) => [text, forModel(text)]
    );
}

/** Function names for models contain only letters, digits, `_` and `-`. */
function forModel(name: string): string {
    return name.replace(/[^\w-]/g, '_');
}

/** The shortest part of a server's name to which clients cut it in the name of a tool. */
const SHORTENED = 12;

/** True if the name may be that of any tool of the server. Both are folded. */
function isPrefixed(name: string, server: string): boolean {
    const rest = name.replace(/^_?(?:mcp_)?/, '');
    return (
        [name, rest].some((text) => text.startsWith(`${server}_`)) ||
        (server.length > SHORTENED && rest.startsWith(server.slice(0, SHORTENED)))
    );
}

/** Equal for names that differ in case, or in characters that clients replace. */
function folded(name: string): string {
    return name
        .normalize('NFKC')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, '_');
}

function bare(name: string): string[] {
    const tool = name.slice(name.indexOf('.') + 1);
    return [tool, forModel(tool), `MCP:${tool}`];
}
