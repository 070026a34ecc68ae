import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Copies examples without their `@expected` marks, so that a violation is an error in the editor.
 *
 * @param {string} from
 * @param {string} to
 * @param {(path: string) => boolean} [filter] selects the files to copy
 */
export function copyExamples(from, to, filter = () => true) {
    cpSync(from, to, { recursive: true, filter });
    for (const name of readdirSync(to, { recursive: true, encoding: 'utf8' })) {
        if (name.endsWith('.guardrail')) {
            const text = readFileSync(join(to, name), 'utf8');
            writeFileSync(join(to, name), text.replaceAll(/^@expected\((?:violated|impossible|vacuous)\) /gm, ''));
        }
    }
}
