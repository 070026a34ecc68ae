/** The coding agents of a project, by their files. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The files and folders of a project that only this client has. */
const SIGNS: { readonly [client: string]: readonly string[] } = {
    claude: ['.claude', '.mcp.json', 'CLAUDE.md'],
    codex: ['.codex'],
    gemini: ['.gemini', 'GEMINI.md'],
    opencode: ['.opencode', 'opencode.json', 'opencode.jsonc']
};

/** The clients that a project folder has settings for. */
export function clientsIn(folder: string): string[] {
    return Object.keys(SIGNS).filter((client) => SIGNS[client]!.some((sign) => existsSync(join(folder, sign))));
}
