/** Finds the tool that a name means: clients and proxies write `mail.read` in many ways. */
import type { Policy } from '../model/policy/policy.js';

/** The value of a spelling that several tools share. */
const AMBIGUOUS = Symbol('ambiguous');

export class ToolNames {
    private readonly known = new Map<string, string | typeof AMBIGUOUS>();

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

    isAmbiguous(written: string): boolean {
        return this.known.get(written) === AMBIGUOUS;
    }
}

/** `mcp__mail__read` as in coding assistants, `mail__read`, `mail_read`, `mail-read`, `mail/read`, `mail:read`. */
function prefixed(name: string): string[] {
    const at = name.indexOf('.');
    const [server, tool] = [name.slice(0, at), name.slice(at + 1)];
    const spellings = ['__', '_', '-', '/', ':'].map((between) => `${server}${between}${tool}`);
    // Function names for models contain only letters, digits, `_` and `-`.
    return [`mcp__${server}__${tool}`, ...spellings].flatMap((text) => [text, text.replace(/[^\w-]/g, '_')]);
}

function bare(name: string): string[] {
    const tool = name.slice(name.indexOf('.') + 1);
    return [tool, tool.replace(/[^\w-]/g, '_')];
}
