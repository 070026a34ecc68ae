import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The codes of commands that are not in the VSIX: `import`, `diff`, `export`, `replay`, `coverage`, `add`, `init`. */
const OF_COMMANDS = /^GR(908|911|9[2-8]\d)$/;

/**
 * The pages under docs/codes as two JSON texts, `{ "GR101": "…" }`; those that are not in the VSIX are separate.
 * Storing each page as a small file would take three times as much space in the VSIX.
 */
export function codePages(root) {
    const folder = join(root, 'docs', 'codes');
    const names = readdirSync(folder).filter((name) => /^GR\d{3}\.md$/.test(name));
    const pages = names.sort().map((name) => [name.slice(0, -'.md'.length), readFileSync(join(folder, name), 'utf8')]);
    const textOf = (isMeant) => JSON.stringify(Object.fromEntries(pages.filter(([code]) => isMeant(code))));
    return {
        'codes.json': textOf((code) => !OF_COMMANDS.test(code)),
        'command-codes.json': textOf((code) => OF_COMMANDS.test(code))
    };
}
