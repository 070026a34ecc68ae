/** Reads the set-up of other editors from docs/editor.md, adapted to this checkout. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** @param language the language of the code block that follows the name of the editor */
export function setupOf(editor, language) {
    const docs = readFileSync(join(root, 'docs/editor.md'), 'utf8');
    const [, code] = new RegExp(`\\*\\*${editor}\\*\\*[^]*?\`\`\`${language}\\n([^]*?)\`\`\``).exec(docs) ?? [];
    if (!code) {
        throw new Error(`docs/editor.md has no set-up for ${editor}.`);
    }
    return code.replaceAll('/path/to/guardrail', root.replace(/\/$/, ''));
}
