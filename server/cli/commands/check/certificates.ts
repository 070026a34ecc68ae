/** Writes the certificates of `guardrail check --certificate`: one file for each policy with an exact verdict. */
import { join, resolve } from 'node:path';
import { certificatesOf } from '../../../certificates/certificates.js';
import { loadPolicy } from '../../../workspace/load-policy.js';
import type { CheckReport } from '../../reports/check-report.js';
import { writeAtomically } from '../../terminal/output.js';
import type { Terminal } from '../../terminal/terminal.js';

/**
 * Writes the files, and reports on standard error how many verdicts have a certificate and why the others have none.
 * Standard output contains only the report.
 */
export async function writeCertificates({ files }: CheckReport, folder: string, terminal: Terminal): Promise<void> {
    const { cwd } = terminal;
    let certified = 0;
    const without: string[] = [];
    for (const { path, result } of files) {
        if (!result) {
            continue;
        }
        const found = certificatesOf(await loadPolicy(path, cwd), result.claims);
        certified += found.certificates.length;
        without.push(...found.without.map(({ name, reason }) => `  ${path}: "${name}": ${reason}`));
        if (found.certificates.length + found.without.length > 0) {
            writeAtomically(resolve(cwd, folder, fileOf(path)), `${JSON.stringify(found)}\n`);
        }
    }
    const head = `${certified} of ${certified + without.length} exact verdicts have a certificate in ${folder}`;
    terminal.writeError(`${[without.length > 0 ? `${head}; without:` : head, ...without].join('\n')}\n`);
}

/** The path of a policy's certificates inside the folder. */
function fileOf(path: string): string {
    const parts = path.replace(/\.guardrail$/, '').split('/');
    return `${join(...parts.filter((part) => part !== '..' && part !== ''))}.certificates.json`;
}
